/** One request to the platform, as the page would send it. */
export type ApiCall = { method: 'GET' | 'POST' | 'PATCH' | 'DELETE'; path: string; json?: unknown }

/** Characters that would show another text than the one that runs (controls, marks of direction): as `\uXXXX`. */
const DECEPTIVE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
const escaped = (text: string) =>
  text.replace(DECEPTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Indented JSON that means the same wherever it is pasted. */
export const asJson = (value: unknown): string => escaped(JSON.stringify(value, null, 2) ?? 'null')

/** For a POSIX shell. The token is read from the environment, so that it is in no history and no chat. */
export function asCurl({ method, path, json }: ApiCall, origin: string): string {
  const lines = [`curl -X ${method} ${quoted(origin + path)}`, '-H "Authorization: Bearer $TRAINYARD_TOKEN"']
  if (json !== undefined) lines.push("-H 'Content-Type: application/json'", `-d ${quoted(asJson(json))}`)
  return lines.join(' \\\n  ')
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** Python 3 without packages. */
export function asPython({ method, path, json }: ApiCall, origin: string): string {
  const body = json === undefined ? [] : [`body = ${pythonOf(json)}`]
  const data = json === undefined ? [] : ['    data=json.dumps(body).encode(),']
  const type = json === undefined ? '' : ', "Content-Type": "application/json"'
  return [
    'import json, os, urllib.request',
    '',
    ...body,
    'request = urllib.request.Request(',
    `    ${text(origin + path)},`,
    `    method="${method}",`,
    ...data,
    `    headers={"Authorization": "Bearer " + os.environ["TRAINYARD_TOKEN"]${type}},`,
    ')',
    'with urllib.request.urlopen(request) as reply:',
    '    text = reply.read()',
    '    print(json.dumps(json.loads(text), indent=2) if text else reply.status)'
  ].join('\n')
}

const text = (value: string) => escaped(JSON.stringify(value))

/** A value as a Python literal: JSON but for three words. */
function pythonOf(value: unknown, indent = ''): string {
  const inner = `${indent}    `
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return text(value)
  if (typeof value !== 'object') return String(value)
  const items = Array.isArray(value)
    ? value.map((item) => pythonOf(item, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${text(key)}: ${pythonOf(item, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  const flat = items.join(', ')
  if (flat.length <= 80 && !flat.includes('\n')) return `${open}${flat}${close}`
  return `${open}\n${items.map((item) => inner + item).join(',\n')},\n${indent}${close}`
}
