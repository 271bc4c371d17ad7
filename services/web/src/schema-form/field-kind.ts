import { isRecord, type JsonSchema, own } from './types.ts'
import { titleOf } from './words.ts'

export type Scalar = string | number | boolean | null
export type Option = { value: Scalar; label: string; help?: string }
export type Variant = { value: Scalar; label: string; schema: JsonSchema }

/** Which widget draws a schema. */
export type Kind =
  | { kind: 'toggle' }
  | { kind: 'text' }
  | { kind: 'number'; integer: boolean }
  | { kind: 'numbers'; integer: boolean; item: JsonSchema }
  /** One of a few constants. */
  | { kind: 'choice'; options: Option[] }
  /** One of a few constants (such as `auto`, or nothing), or a value of its own. */
  | { kind: 'either'; options: Option[]; other: JsonSchema }
  | { kind: 'group' }
  /** Objects told apart by a constant under `tag`. */
  | { kind: 'variants'; tag: string; variants: Variant[] }
  /** Whatever has no widget: JSON, checked. */
  | { kind: 'json' }

const JSON_FIELD: Kind = { kind: 'json' }
const MAX_OPTIONS = 200
const MAX_DEPTH = 3
/** Keywords that say more than a widget can show. A field that has one is still checked, as JSON. */
const BEYOND = ['allOf', 'not', 'if', 'dependentSchemas', 'patternProperties', 'prefixItems', '$ref']

/** Never throws, whatever it is given; what it does not know is JSON. */
export function kindOf(schema: unknown, depth = 0): Kind {
  if (!isRecord(schema) || depth > MAX_DEPTH || BEYOND.some((word) => Object.hasOwn(schema, word))) {
    return JSON_FIELD
  }
  if (Object.hasOwn(schema, 'const')) return choice([schema.const].map(asOption))
  if (Array.isArray(schema.enum)) return choice(schema.enum.map(asOption))
  const branches = schema.oneOf ?? schema.anyOf
  if (Array.isArray(branches)) return kindOfBranches(branches, depth)
  if (Array.isArray(schema.type)) {
    const { type: types, ...rest } = schema
    return kindOfBranches(
      schema.type.map((type: unknown) => (type === 'null' ? { const: null } : { ...rest, type })),
      depth
    )
  }
  return kindOfType(schema, depth)
}

function kindOfType(schema: JsonSchema, depth: number): Kind {
  switch (schema.type) {
    case 'boolean':
      return { kind: 'toggle' }
    case 'string':
      return { kind: 'text' }
    case 'integer':
      return { kind: 'number', integer: true }
    case 'number':
      return { kind: 'number', integer: false }
    case 'null':
      return choice([asOption(null)])
    case 'array': {
      const item = kindOf(schema.items, depth + 1)
      if (item.kind !== 'number' || !isRecord(schema.items)) return JSON_FIELD
      return { kind: 'numbers', integer: item.integer, item: schema.items }
    }
    case 'object':
      return isRecord(schema.properties) && !isRecord(schema.additionalProperties)
        ? { kind: 'group' }
        : JSON_FIELD
    default:
      return JSON_FIELD
  }
}

function choice(options: (Option | undefined)[]): Kind {
  const known = options.filter((option) => option !== undefined)
  const all = known.length === options.length && known.length > 0 && known.length <= MAX_OPTIONS
  return all ? { kind: 'choice', options: known } : JSON_FIELD
}

function kindOfBranches(branches: unknown[], depth: number): Kind {
  const constants: Option[] = []
  const others: unknown[] = []
  for (const branch of branches) {
    const kind = kindOf(branch, depth + 1)
    if (kind.kind === 'choice') constants.push(...kind.options.map((option) => described(option, branch)))
    else others.push(branch)
  }
  if (constants.length > MAX_OPTIONS) return JSON_FIELD
  if (others.length === 0) return choice(constants)
  const [other] = others
  if (others.length === 1 && isRecord(other)) {
    return constants.length > 0 ? { kind: 'either', options: constants, other } : kindOf(other, depth + 1)
  }
  return constants.length === 0 ? kindOfVariants(others) : JSON_FIELD
}

/** The title and the help of a branch that is one constant. */
function described(option: Option, branch: unknown): Option {
  if (!Object.hasOwn(Object(branch), 'const')) return option
  const title = own(branch, 'title')
  const help = own(branch, 'description')
  return {
    ...option,
    ...(typeof title === 'string' ? { label: title } : {}),
    ...(typeof help === 'string' ? { help } : {})
  }
}

function kindOfVariants(branches: unknown[]): Kind {
  const [first] = branches
  const tag = Object.keys(Object(own(first, 'properties'))).find((name) =>
    branches.every((branch) => Object.hasOwn(Object(own(own(branch, 'properties'), name)), 'const'))
  )
  if (tag === undefined) return JSON_FIELD
  const variants = branches.flatMap((branch): Variant[] => {
    const option = asOption(own(own(own(branch, 'properties'), tag), 'const'))
    const title = own(branch, 'title')
    if (option === undefined || !isRecord(branch)) return []
    return [{ value: option.value, label: typeof title === 'string' ? title : option.label, schema: branch }]
  })
  const apart = new Set(variants.map(({ value }) => value)).size === branches.length
  return apart ? { kind: 'variants', tag, variants } : JSON_FIELD
}

function asOption(value: unknown): Option | undefined {
  if (value === null) return { value, label: 'Off' }
  if (typeof value === 'boolean') return { value, label: value ? 'Yes' : 'No' }
  if (typeof value === 'number') return { value, label: String(value) }
  if (typeof value === 'string') return { value, label: titleOf(value) }
  return undefined
}
