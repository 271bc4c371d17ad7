import { readFileSync } from 'node:fs'
import { findChromium, noChromium, usualPlaces } from '../chromium.ts'
import { runCommand } from './command.ts'
import type { RunContext } from './part.ts'

/** Debian and what is made from it. */
function isDebian(): boolean {
  try {
    return /^ID(_LIKE)?=.*\bdebian\b/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    // macOS and the like have no such file.
    return false
  }
}

type Machine = { root: boolean; debian: boolean; elsewhere: readonly string[] }

const thisMachine = (): Machine => ({
  root: process.getuid?.() === 0,
  debian: isDebian(),
  elsewhere: usualPlaces
})

/**
 * Chromium's path. Installed by apt, and said, where that needs no question: as root on Debian. Everywhere else a
 * missing browser is an error that says what to do.
 */
export async function chromiumFor(
  context: Pick<RunContext, 'root' | 'env' | 'signal' | 'say'>,
  machine: Machine = thisMachine(),
  run: typeof runCommand = runCommand
): Promise<string> {
  const { env, root, signal, say } = context
  const there = findChromium(env, machine.elsewhere)
  if (there !== undefined) return there
  if (env.CHROMIUM_PATH || !machine.root || !machine.debian) throw new Error(noChromium(env))
  say('  Installing Chromium with apt-get (once) …')
  const apt = (...args: string[]) =>
    run('apt-get', args, {
      cwd: root,
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
      signal,
      onLine: (line) => say(`    ${line}`)
    })
  const code =
    (await apt('update', '-qq')) || (await apt('install', '-y', '-qq', '--no-install-recommends', 'chromium'))
  const installed = findChromium(env, machine.elsewhere)
  if (code !== 0 || installed === undefined)
    throw new Error(`apt-get ended with code ${code}. ${noChromium(env)}`)
  return installed
}
