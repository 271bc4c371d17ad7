import { join, resolve } from 'node:path'

/** The checkout: packages/stack/src is three folders below it. */
export const projectRoot = resolve(import.meta.dirname, '../../..')

/** Python, torch and the server binaries that come as wheels; made by scripts/bootstrap.mjs. */
export const venvDir = join(projectRoot, '.runtime/venv')
