import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readlink, realpath, rm } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'

export type AttemptFolder = {
  /** What the worker writes for the trainer: the spec, a checkpoint to resume from. */
  path: string
  /** The trainer's own: all that it writes, and nothing in it is trusted. */
  out: string
  remove: () => Promise<void>
}

/** One folder an attempt, gone when it ends; what a crash left is gone when the worker starts. */
export function scratchFolders(root: string) {
  const attempts = join(root, 'attempts')
  return {
    attempts,
    clear: () => rm(attempts, { recursive: true, force: true }),
    create: async (name: string): Promise<AttemptFolder> => {
      const path = join(attempts, name)
      await rm(path, { recursive: true, force: true })
      const out = join(path, 'out')
      await mkdir(out, { recursive: true, mode: 0o700 })
      return { path, out, remove: () => rm(path, { recursive: true, force: true }) }
    }
  }
}
export type Scratch = ReturnType<typeof scratchFolders>

/** The trainer named a file that the worker will not touch. */
export class UntrustedFile extends Error {
  override name = 'UntrustedFile'
}

/**
 * Opens a file that the trainer named, inside `folder`: a plain file of its own, no link of either kind on the way,
 * at most `limitBytes`. The open descriptor is what gets checked, so a file that is swapped meanwhile gains nothing.
 */
export async function openInside(folder: string, name: string, limitBytes: number): Promise<FileHandle> {
  const root = await realpath(folder)
  const path = resolve(root, name)
  if (!path.startsWith(root + sep)) throw new UntrustedFile(`${quote(name)} lies outside of the job's folder`)
  const file = await openPlain(path, name)
  try {
    const facts = await file.stat()
    if (!facts.isFile()) throw new UntrustedFile(`${quote(name)} is not a plain file`)
    if (facts.nlink !== 1) throw new UntrustedFile(`${quote(name)} is linked from elsewhere`)
    if (facts.size > limitBytes) {
      throw new UntrustedFile(`${quote(name)} has ${facts.size} bytes, more than the ${limitBytes} allowed`)
    }
    if ((await placeOf(file, path)) !== path) {
      throw new UntrustedFile(`${quote(name)} is reached through a symbolic link`)
    }
    return file
  } catch (err) {
    await file.close()
    throw err
  }
}

async function openPlain(path: string, name: string) {
  try {
    // Without O_NONBLOCK the open of a named pipe would wait for ever.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const what = code === 'ELOOP' ? 'is a symbolic link' : `cannot be opened (${code})`
    throw new UntrustedFile(`${quote(name)} ${what}`, { cause })
  }
}

/** Where the descriptor really is. Where the system does not tell, the folder's real path has to do. */
const placeOf = async (file: FileHandle, path: string) =>
  process.platform === 'linux'
    ? readlink(`/proc/self/fd/${file.fd}`)
    : join(await realpath(dirname(path)), path.slice(dirname(path).length + 1))

const quote = (name: string) => JSON.stringify(name.slice(0, 100))
