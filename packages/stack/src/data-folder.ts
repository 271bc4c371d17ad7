import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import { tryLock } from '../../../scripts/lock.mjs'
import { Sentence } from './sentence.ts'

export type DataFolder = {
  path: string
  /** A path inside it. */
  at: (...names: string[]) => string
  /** Lets another process have it. */
  release: () => void
}

/** One by one: on a file system that takes no folders, such as /proc, Node's recursive form goes on for ever. */
function makeFolders(path: string): void {
  if (existsSync(path)) return
  makeFolders(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  }
}

function makeWritable(path: string): string {
  try {
    makeFolders(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    // Root may write to what access(2) calls writable on a file system that is full or broken; only writing tells.
    const probe = join(path, `.probe-${process.pid}`)
    writeFileSync(probe, 'x'.repeat(4096))
    rmSync(probe)
    return realpathSync(path)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).message.split(',')[0]
    throw new Sentence(
      `The data folder ${path} cannot be written (${reason}). Choose another one with --data FOLDER.`,
      { cause }
    )
  }
}

/** Opens `path`, made when it is missing, for this process alone. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = makeWritable(path)
  const lock = await tryLock('data', folder)
  if (!lock.release) {
    const who = lock.holder ? ` (process ${lock.holder})` : ''
    throw new Sentence(
      `Trainyard is already running on ${folder}${who}. Stop it first, or choose another folder with --data.`
    )
  }
  return { path: folder, at: (...names) => join(folder, ...names), release: lock.release }
}

/** A reader sees the old text or the new one, never half, and nobody else reads it at all. */
export function writePrivate(path: string, text: string): void {
  const half = `${path}.${process.pid}.new`
  writeFileSync(half, text, { mode: 0o600, flush: true })
  renameSync(half, path)
}

/** The file's text, made with `make` the first time. */
export function readOrMake(path: string, make: () => string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const text = make()
  writePrivate(path, text)
  return text
}
