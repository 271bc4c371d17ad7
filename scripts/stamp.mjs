import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** One hash over the contents of `files`, for this kind of machine: a folder that was copied from another one is not trusted. */
export function hashOf(files, ...facts) {
  const hash = createHash('sha256').update(JSON.stringify([process.platform, process.arch, ...facts]))
  for (const file of files) hash.update('\0').update(readFileSync(file))
  return hash.digest('hex')
}

export const isStamped = (stamp, hash) => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash

/** Taken away before an install begins and written after it ended, so that an interrupted one is never trusted. */
export const removeStamp = (stamp) => rmSync(stamp, { force: true })

export function writeStamp(stamp, hash) {
  writeFileSync(`${stamp}.${process.pid}`, hash)
  renameSync(`${stamp}.${process.pid}`, stamp)
}
