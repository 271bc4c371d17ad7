import { spawnSync } from 'node:child_process'
import { Sentence } from './sentence.mjs'

const oldest = 11
const names = ['python3.13', 'python3.12', 'python3.11', 'python3.14', 'python3', 'python']

const probe = `
import sys
try:
    import ensurepip, venv
    usable = 1
except ImportError:
    usable = 0
print(sys.version_info[0], sys.version_info[1], usable)
`

function ask(command) {
  const { status, stdout } = spawnSync(command, ['-c', probe], { encoding: 'utf8', timeout: 20_000 })
  if (status !== 0) return undefined
  const [major, minor, usable] = stdout.trim().split(' ').map(Number)
  return {
    command,
    version: `${major}.${minor}`,
    recent: major === 3 && minor >= oldest,
    usable: usable === 1
  }
}

const howToInstall =
  process.platform === 'darwin'
    ? 'brew install python@3.13'
    : 'sudo apt install python3 python3-venv (Debian, Ubuntu) or sudo dnf install python3 (Fedora)'

/**
 * The first Python 3.11 or later that can make a virtual environment. TRAINYARD_PYTHON, when set, is the only candidate.
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ command: string, version: string }}
 */
export function findPython(env) {
  const candidates = env.TRAINYARD_PYTHON ? [env.TRAINYARD_PYTHON] : names
  const found = candidates.map(ask).filter(Boolean)
  const good = found.find(({ recent, usable }) => recent && usable)
  if (good) return good
  const bare = found.find(({ recent }) => recent)
  if (bare) {
    throw new Sentence(
      `Python ${bare.version} (${bare.command}) lacks its venv module. Install it and start again: ${
        process.platform === 'darwin' ? howToInstall : `sudo apt install python${bare.version}-venv`
      }`
    )
  }
  const [old] = found
  const seen = old ? `only ${old.version} (${old.command})` : 'none'
  const needs = `Trainyard needs Python 3.${oldest} or later`
  if (env.TRAINYARD_PYTHON) {
    throw new Sentence(
      `${needs}, and TRAINYARD_PYTHON names ${old ? seen : `${env.TRAINYARD_PYTHON}, which is none`}. Change it, or unset it to let one be found.`
    )
  }
  throw new Sentence(`${needs} and found ${seen}. Install it and start again: ${howToInstall}`)
}
