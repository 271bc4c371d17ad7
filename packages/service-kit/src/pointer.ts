/** One name as a segment of a JSON Pointer (RFC 6901). */
export const escapePointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')

const unescaped = (segment: string) => segment.replaceAll('~1', '/').replaceAll('~0', '~')

/** What lies at a pointer; undefined where there is nothing. */
export function valueAt(value: unknown, pointer: string): unknown {
  let found = value
  for (const segment of pointer.split('/').slice(1)) {
    const name = unescaped(segment)
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = Reflect.get(found, name)
  }
  return found
}
