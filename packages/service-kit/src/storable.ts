import type { ErrorDetail } from '@trainyard/contracts/common'
import { fail } from './errors.ts'
import { escapePointer } from './pointer.ts'
import type { App } from './server.ts'

/** Postgres stores neither NUL nor half a surrogate pair, in text or in JSON. */
export const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed()

const MESSAGE = 'holds a character that cannot be stored (NUL or half a character)'

/**
 * For what people send to public routes, before anything looks at it: 400 with a pointer to each such text of the body
 * or the query, 404 for one in the path.
 */
export function refuseUnstorable(app: App) {
  app.addHook('preValidation', async (req) => {
    if (textsIn(req.params).length > 0) throw fail(req.routeOptions.config.notFound ?? 'NOT_FOUND')
    const details = [...textsIn(req.query), ...textsIn(req.body)]
    if (details.length > 0) throw fail('VALIDATION', { details: details.slice(0, 50) })
  })
}

function textsIn(value: unknown, pointer = ''): ErrorDetail[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [{ pointer, message: MESSAGE }]
  if (Array.isArray(value)) return value.flatMap((item, i) => textsIn(item, `${pointer}/${i}`))
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const at = `${pointer}/${escapePointer(key)}`
    return [...textsIn(key, at), ...textsIn(item, at)]
  })
}
