import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findPython } from './find-python.mjs'
import { pip } from './pip.mjs'
import { install, say } from './say.mjs'
import { hashOf, isStamped, removeStamp, writeStamp } from './stamp.mjs'

function hasGpu() {
  return existsSync('/dev/nvidiactl') || spawnSync('nvidia-smi', ['-L'], { stdio: 'ignore' }).status === 0
}

/**
 * torch by itself and first: which build it is depends on the machine, and everything else resolves around it. The
 * user's pip configuration decides where packages come from; a CPU-only machine may name an index of CPU wheels.
 */
async function installTorch(python, lock, env) {
  const version = /^torch==(\S+)/m.exec(readFileSync(lock, 'utf8'))?.[1]
  if (!version) throw new Error(`${lock} does not pin torch`)
  const index = hasGpu() ? undefined : env.TRAINYARD_TORCH_INDEX_URL
  if (!index && !hasGpu() && process.platform === 'linux') {
    say(
      '  (no GPU here: with TRAINYARD_TORCH_INDEX_URL set to an index of CPU wheels, torch is ten times smaller)'
    )
  }
  const from = index ? ['--index-url', index, '--no-deps'] : []
  await install(`torch ${version}`, python, [...pip, ...from, `torch==${version}`])
}

/** What this Python runs on: asked of the interpreter itself, so that a moved or upgraded one is noticed. */
function works(python) {
  return existsSync(python) && spawnSync(python, ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0
}

/**
 * The trainer's virtual environment in `.runtime/venv`.
 * @param {string} root
 * @param {'run' | 'test'} level `test` adds what the tests need
 * @param {NodeJS.ProcessEnv} env
 */
export function pythonPackages(root, level, env) {
  const runtime = join(root, '.runtime')
  const venv = join(runtime, 'venv')
  const python = join(venv, 'bin/python')
  const halfMade = join(runtime, 'venv-unfinished')
  const lock = join(root, 'trainer/requirements.lock')
  const testLock = join(root, 'trainer/requirements-test.lock')
  const stamps = { run: join(venv, 'trainyard-stamp-run'), test: join(venv, 'trainyard-stamp-test') }
  const hashes = { run: hashOf([lock]), test: hashOf([lock, testLock]) }
  return {
    what: 'the Python packages',
    size: 'torch is the largest, 200 MB to 3 GB',
    where: '.runtime/venv',
    present: () => existsSync(python) && isStamped(stamps[level], hashes[level]),
    possible: () => {
      if (!works(python)) findPython(env)
    },
    install: async () => {
      mkdirSync(runtime, { recursive: true })
      // An install that was cut off may have left half a package, which pip would take for a whole one.
      if (existsSync(halfMade) || !works(python)) rmSync(venv, { recursive: true, force: true })
      writeFileSync(halfMade, '')
      for (const stamp of Object.values(stamps)) removeStamp(stamp)
      if (!existsSync(venv)) {
        await install('a virtual environment', findPython(env).command, ['-m', 'venv', venv])
      }
      await installTorch(python, lock, env)
      await install('the locked requirements', python, [...pip, '-r', level === 'test' ? testLock : lock])
      writeStamp(stamps.run, hashes.run)
      if (level === 'test') writeStamp(stamps.test, hashes.test)
      rmSync(halfMade)
    }
  }
}
