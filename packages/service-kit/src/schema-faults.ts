import type { ErrorDetail } from '@trainyard/contracts/common'
import { expected, listed, type SchemaNode } from './expected.ts'
import { escapePointer, valueAt } from './pointer.ts'

/** A fault as TypeBox reports it; `schemaPath` is a pointer, in a fragment, to the schema that was not met. */
export type SchemaFault = {
  keyword: string
  schemaPath: string
  instancePath: string
  params: object
}

const MAX_DETAILS = 50

/** What is wrong with a value, one plain sentence a field that says what to change. */
export function faultsToDetails(
  schema: object,
  value: unknown,
  faults: readonly SchemaFault[]
): ErrorDetail[] {
  const details = new Map<string, string>()
  for (const fault of faults) {
    for (const { pointer, message } of explain(schema, value, fault)) {
      if (details.size < MAX_DETAILS && !details.has(pointer)) details.set(pointer, message)
    }
  }
  for (const union of unionsWithInnerFaults(faults)) details.delete(union)
  return [...details].map(([pointer, message]) => ({ pointer, message }))
}

/** A list or an object that is of one branch's kind is not wrong itself: something in it is, which has its own entry. */
function unionsWithInnerFaults(faults: readonly SchemaFault[]): string[] {
  const unions = faults.filter(({ schemaPath }) => /\/anyOf\/\d+$/.test(schemaPath))
  return unions
    .map(({ instancePath }) => instancePath)
    .filter((at) => faults.some(({ instancePath }) => instancePath.startsWith(`${at}/`)))
}

function explain(root: object, value: unknown, fault: SchemaFault): ErrorDetail[] {
  const { keyword, instancePath: pointer } = fault
  const schema = schemaAt(root, fault.schemaPath)
  const fields = (message: string) =>
    namesIn(fault.params).map((name) => ({
      pointer: `${pointer}/${escapePointer(name.slice(0, 200))}`,
      message
    }))
  switch (keyword) {
    case 'additionalProperties':
      return fields(`is not a known field; ${known(schema)}`)
    case 'required':
      return fields('is missing')
    case 'minProperties':
      return [
        { pointer, message: `must have at least one of ${listed(Object.keys(schema.properties ?? {}))}` }
      ]
    case 'uniqueItems':
      return [{ pointer, message: 'has the same item twice; leave one out' }]
    // Stands beside additionalProperties, which says which field it is.
    case 'boolean':
      return []
    default:
      return [{ pointer, message: `must be ${expected(schema)}${hint(schema, valueAt(value, pointer))}` }]
  }
}

function namesIn(params: object): string[] {
  const names =
    'additionalProperties' in params
      ? params.additionalProperties
      : 'requiredProperties' in params
        ? params.requiredProperties
        : 'missingProperty' in params
          ? params.missingProperty
          : []
  return [names].flat().map(String)
}

const known = ({ properties = {} }: SchemaNode) => {
  const names = Object.keys(properties)
  return names.length === 0 ? 'leave it out' : `there ${names.length === 1 ? 'is' : 'are'} ${listed(names)}`
}

/** The commonest slip of all. */
function hint(schema: SchemaNode, value: unknown): string {
  const takesNumber = [schema, ...(schema.anyOf ?? [])].some(
    ({ type }) => type === 'integer' || type === 'number'
  )
  const isNumeral = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
  return takesNumber && isNumeral ? ', without quotes' : ''
}

/** The schema that a path names; for a branch of a union the whole union, whose branches are one sentence together. */
function schemaAt(root: object, path: string): SchemaNode {
  const whole = path.replace(/^#/, '').replace(/(\/anyOf\/\d+)+$/, '')
  const found = valueAt(root, whole)
  return typeof found === 'object' && found !== null ? found : {}
}
