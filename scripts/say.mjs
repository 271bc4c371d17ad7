import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Sentence } from './sentence.mjs'

export const say = (line) => process.stderr.write(`${line}\n`)

export const seconds = (ms) => `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`

const keptOutput = 4_000
const patienceMs = 20_000

/**
 * Runs an installer.
 * @param {string} what the sentence's object: "the Node packages"
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export const install = (what, command, args, options = {}) =>
  quietly(
    {
      doing: `installing ${what}`,
      failed: `Installing ${what} failed`,
      hint: 'It needs the network once; start again.'
    },
    command,
    args,
    options
  )

/**
 * Runs a command: quiet while it works, a sign of life every 20 s, its last lines when it fails.
 * @param {{ doing: string, failed: string, hint: string }} words for the person who waits
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export async function quietly({ doing, failed, hint }, command, args, options = {}) {
  const start = Date.now()
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const keep = (chunk) => {
    output = (output + chunk).slice(-keptOutput)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const stop = (signal) => child.kill(signal)
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop)
  const ended = new Promise((done) => {
    child.once('error', (error) => done({ failed: error.message }))
    child.once('close', (code, signal) =>
      done({ failed: code === 0 ? '' : `${command} ended with ${signal ?? code}` })
    )
  })
  let result
  while (!result) {
    result = await Promise.race([ended, sleep(patienceMs, undefined, { ref: false })])
    if (!result) say(`  … still ${doing} (${seconds(Date.now() - start)})`)
  }
  process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', stop)
  if (!result.failed) return
  const lines = output.trim().split('\n').slice(-15)
  throw new Sentence([`${failed}: ${result.failed}. ${hint}`, ...lines].join('\n  '))
}
