import { readFileSync } from 'node:fs'
import { writePrivate } from './data-folder.ts'
import { canBind, freePort } from './ports.ts'

export const portNames = [
  'postgres',
  'valkey',
  's3-datasets',
  's3-artifacts',
  ...['auth', 'dataset', 'job', 'gateway'].flatMap((name) => [name, `${name}-internal`])
] as const

export type Ports = Record<string, number>

function read(file: string): Ports {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Ports
  } catch {
    // First start, or cut short by a crash: every port is chosen anew.
    return {}
  }
}

/** The ports of the last start where they are still free, so that clients find the platform again after a restart. */
export async function choosePorts(file: string): Promise<Ports> {
  const last = read(file)
  const chosen: Ports = {}
  for (const name of portNames) {
    const old = last[name]
    const keep = Number.isInteger(old) && old && !Object.values(chosen).includes(old) && (await canBind(old))
    chosen[name] = keep ? old : await freePort()
  }
  writePrivate(file, JSON.stringify(chosen))
  return chosen
}
