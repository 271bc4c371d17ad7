import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const keptLines = 5_000
const fileBytes = 8 * 1024 * 1024

export type LogKeeper = {
  add: (name: string, line: string) => void
  /** The last lines of a process, oldest first, at most 5,000. */
  lines: (name: string) => string[]
  close: () => void
}

type Log = { lines: string[]; file: number; bytes: number; lost: number }

/**
 * Keeps what every process writes: the newest lines in memory, and a file each in `folder` of at most 8 MiB with one
 * older file beside it.
 */
export function logKeeper(folder: string): LogKeeper {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const logs = new Map<string, Log>()
  const path = (name: string) => join(folder, `${name}.log`)

  function open(name: string): Log {
    const file = openSync(path(name), 'a', 0o600)
    const log = { lines: [], file, bytes: fstatSync(file).size, lost: 0 }
    logs.set(name, log)
    return log
  }

  function turn(name: string, log: Log) {
    closeSync(log.file)
    renameSync(path(name), `${path(name)}.1`)
    log.file = openSync(path(name), 'a', 0o600)
    log.bytes = 0
  }

  /** A full disk must not take the platform down: the lines are counted and said once there is room again. */
  function write(name: string, log: Log, line: string) {
    try {
      if (log.lost > 0) log.bytes += writeSync(log.file, `(${log.lost} lines could not be written)\n`)
      log.lost = 0
      log.bytes += writeSync(log.file, `${line}\n`)
      if (log.bytes > fileBytes) turn(name, log)
    } catch {
      log.lost++
    }
  }

  let closed = false
  return {
    add: (name, line) => {
      if (closed) return
      const log = logs.get(name) ?? open(name)
      log.lines.push(line)
      if (log.lines.length > keptLines) log.lines.splice(0, keptLines / 10)
      write(name, log, line)
    },
    lines: (name) => [...(logs.get(name)?.lines ?? [])],
    close: () => {
      if (closed) return
      closed = true
      for (const { file } of logs.values()) closeSync(file)
    }
  }
}
