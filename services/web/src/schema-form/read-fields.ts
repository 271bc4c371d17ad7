import { type Kind, kindOf } from './field-kind.ts'
import { isRecord, type JsonSchema, own } from './types.ts'
import { titleOf } from './words.ts'

export type FieldSpec = {
  key: string
  schema: JsonSchema
  kind: Kind
  title: string
  help: string
  unit: string
  /** A slider whose steps multiply. */
  log: boolean
  advanced: boolean
  required: boolean
  /** Undefined where the schema names none. */
  fallback: unknown
}
export type FieldGroup = { name: string; title: string; fields: FieldSpec[] }

/** More settings than this are no form; what lies beyond is left to the JSON view. */
const MAX_FIELDS = 500

/** The settings of an object schema, in groups and in order (`x-ui`), each with its widget. */
export function readFields(schema: JsonSchema): FieldGroup[] {
  const properties = isRecord(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required : []
  const groups = new Map<string, { order: number; spec: FieldSpec }[]>()
  for (const [key, value] of Object.entries(properties).slice(0, MAX_FIELDS)) {
    const field = isRecord(value) ? value : {}
    const ui = own(field, 'x-ui')
    const order = own(ui, 'order')
    const group = text(own(ui, 'group'))
    const entry = {
      order: typeof order === 'number' ? order : Number.POSITIVE_INFINITY,
      spec: {
        key,
        schema: field,
        kind: kindOf(field),
        title: text(field.title) || titleOf(key),
        help: text(field.description),
        unit: text(own(ui, 'unit')),
        log: own(ui, 'log') === true,
        advanced: own(ui, 'advanced') === true,
        required: required.includes(key),
        fallback: field.default
      }
    }
    groups.set(group, [...(groups.get(group) ?? []), entry])
  }
  return [...groups]
    .map(([name, entries]) => ({ name, entries: entries.toSorted((a, b) => byOrder(a.order, b.order)) }))
    .toSorted((a, b) => byOrder(a.entries[0]?.order, b.entries[0]?.order))
    .map(({ name, entries }) => ({ name, title: titleOf(name), fields: entries.map(({ spec }) => spec) }))
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Infinity less Infinity is no number, and a sort by it would be none. */
function byOrder(a = Number.POSITIVE_INFINITY, b = Number.POSITIVE_INFINITY): number {
  return a === b ? 0 : a - b
}
