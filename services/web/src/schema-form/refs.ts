import { isRecord, type JsonSchema, own } from './types.ts'

const MAX_DEPTH = 12
/** A schema that unfolds to more than this is not a form. */
const MAX_NODES = 20_000

/**
 * The schema with its local references (`#/$defs/…`) put in place, so that each part can be read and checked by
 * itself. A reference that leads nowhere, elsewhere or back into itself stays as it is.
 */
export function resolveRefs(schema: JsonSchema): JsonSchema {
  let nodes = 0
  function visit(node: unknown, depth: number, seen: readonly string[]): unknown {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) return node
    if (Array.isArray(node)) return node.map((item) => visit(item, depth + 1, seen))
    if (!isRecord(node)) return node
    const ref = own(node, '$ref')
    if (typeof ref === 'string' && !seen.includes(ref)) {
      const found = lookUp(schema, ref)
      if (isRecord(found)) {
        const { $ref: _, ...beside } = node
        return visit({ ...found, ...beside }, depth + 1, [...seen, ref])
      }
    }
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, visit(value, depth + 1, seen)])
    )
  }
  const resolved = visit(schema, 0, [])
  return isRecord(resolved) ? resolved : schema
}

function lookUp(root: JsonSchema, ref: string): unknown {
  if (!ref.startsWith('#/')) return undefined
  let at: unknown = root
  for (const part of ref.slice(2).split('/')) {
    at = own(at, part.replaceAll('~1', '/').replaceAll('~0', '~'))
  }
  return at
}
