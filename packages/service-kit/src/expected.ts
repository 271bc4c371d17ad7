/** The keywords of JSON Schema that our contracts and the catalogue of architectures use. */
export type SchemaNode = {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: SchemaNode[]
  format?: string
  pattern?: string
  description?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minItems?: number
  maxItems?: number
  properties?: Record<string, SchemaNode>
}

const FORMATS: Record<string, string> = {
  uuid: 'an id, such as 018f4e6a-9c1d-7b3e-8a52-1f0c9d2e4b6a',
  'date-time': 'a time in UTC, such as 2026-01-31T12:00:00Z'
}
const MAX_LISTED = 12

/**
 * What a value must be, as the end of a sentence that begins with "must be". A text with a pattern says so in its
 * `description`, since nobody can read a pattern.
 */
export function expected(schema: SchemaNode): string {
  const choices = choicesOf(schema)
  if (choices.length > 0) return oneOf(choices)
  if (schema.anyOf) return union(schema.anyOf)
  switch (schema.type) {
    case 'string':
      return text(schema)
    case 'integer':
      return `a whole number${range(schema)}`
    case 'number':
      return `a number${range(schema)}`
    case 'boolean':
      return 'true or false'
    case 'array':
      return `a list${count(schema.minItems, schema.maxItems, 'item')}`
    case 'object':
      return 'an object'
    default:
      return schema.type ?? 'something else'
  }
}

/** "a, b and 3 more". */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED)
  const last = names.length > MAX_LISTED ? `${names.length - MAX_LISTED} more` : shown.pop()
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last}`
}

/** The values that alone are allowed, where a schema is nothing but a list of them. */
function choicesOf({ const: only, enum: several, anyOf }: SchemaNode): string[] {
  if (only !== undefined) return [String(only)]
  if (several) return several.map(String)
  if (!anyOf) return []
  const all = anyOf.map(choicesOf)
  return all.every((choices) => choices.length > 0) ? all.flat() : []
}

const oneOf = (choices: string[]) =>
  choices.length === 1 ? `"${choices[0]}"` : `one of ${choices.map((choice) => `"${choice}"`).join(', ')}`

/** "null" last, and single words before what takes many words to say. */
function union(branches: SchemaNode[]): string {
  const weight = (branch: SchemaNode) => (branch.type === 'null' ? 2 : choicesOf(branch).length > 0 ? 0 : 1)
  const sorted = [...branches].sort((a, b) => weight(a) - weight(b))
  return [...new Set(sorted.map(expected))].join(' or ')
}

function text({ format, pattern, description, minLength, maxLength }: SchemaNode): string {
  if (format && FORMATS[format]) return FORMATS[format]
  if (pattern && description) return description.replace(/^[A-Z]/, (c) => c.toLowerCase()).replace(/\.$/, '')
  if (pattern) return 'a text of another form'
  return `a text${count(minLength, maxLength, 'character')}`
}

function count(min: number | undefined, max: number | undefined, unit: string): string {
  const units = (n: number) => `${number(n)} ${unit}${n === 1 ? '' : 's'}`
  if (min === undefined && max === undefined) return ''
  if (max === undefined) return ` of ${units(min ?? 0)} or more`
  if (!min) return ` of at most ${units(max)}`
  return min === max ? ` of ${units(max)}` : ` of ${number(min)} to ${units(max)}`
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaNode): string {
  const top = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum
  if (minimum !== undefined && top !== undefined) return ` from ${number(minimum)} to ${number(top)}`
  if (minimum !== undefined && exclusiveMaximum === undefined) return ` of ${number(minimum)} or more`
  const bounds = [
    minimum === undefined ? undefined : `at least ${number(minimum)}`,
    exclusiveMinimum === undefined ? undefined : `greater than ${number(exclusiveMinimum)}`,
    top === undefined ? undefined : `at most ${number(top)}`,
    exclusiveMaximum === undefined ? undefined : `less than ${number(exclusiveMaximum)}`
  ].filter((bound) => bound !== undefined)
  return bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`
}

const number = (n: number) => n.toLocaleString('en-US', { maximumFractionDigits: 15 })
