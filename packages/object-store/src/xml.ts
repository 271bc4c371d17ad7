const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name) return entities[name] ?? whole
    return String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16))
  })
}

/**
 * Text of the first element `name`, or null. S3 replies are flat, so that neither the root's name (which differs
 * between stores) nor namespaces matter.
 */
export function textOf(xml: string, name: string): string | null {
  const open = xml.indexOf(`<${name}>`)
  if (open < 0) return null
  const start = open + name.length + 2
  const end = xml.indexOf(`</${name}>`, start)
  return end < 0 ? null : decode(xml.slice(start, end))
}

/** Inner XML of every element `name`, in order. */
export function* elementsOf(xml: string, name: string): Generator<string> {
  for (let at = 0; ; ) {
    const open = xml.indexOf(`<${name}>`, at)
    const end = open < 0 ? -1 : xml.indexOf(`</${name}>`, open)
    if (end < 0) return
    yield xml.slice(open + name.length + 2, end)
    at = end
  }
}
