import { Errors } from 'typebox/schema'
import { type Kind, kindOf } from './field-kind.ts'
import { holdsUnparsed, shown } from './form-state.ts'
import { type Fault, MISSING, sentence, sentenceForText, UNKNOWN_SETTING } from './messages.ts'
import { type FieldSpec, readFields } from './read-fields.ts'
import {
  type FieldError,
  type FormValue,
  isRecord,
  isUnparsed,
  type JsonSchema,
  own,
  pointerTo
} from './types.ts'

const MAX_ERRORS = 50

/** Everything that is wrong with a form, one sentence a pointer. */
export function checkForm(schema: JsonSchema, value: FormValue): FieldError[] {
  const fields = readFields(schema).flatMap((group) => group.fields)
  const known = new Set(fields.map(({ key }) => key))
  const strangers =
    schema.additionalProperties === false ? Object.keys(value).filter((key) => !known.has(key)) : []
  const errors = [
    ...fields.flatMap((field) => checkField(field, value)),
    ...strangers.map((key) => ({ pointer: pointerTo('', key), message: UNKNOWN_SETTING }))
  ]
  return [...errors, ...(errors.length === 0 ? checkTogether(schema, fields, value) : [])].slice(
    0,
    MAX_ERRORS
  )
}

/** What is wrong with one setting; pointers start at the form. */
export function checkField(field: FieldSpec, value: FormValue): FieldError[] {
  const at = pointerTo('', field.key)
  const set = shown(field, value)
  if (set === undefined) return field.required ? [{ pointer: at, message: MISSING }] : []
  return checkValue(field.schema, field.kind, set, at)
}

function checkValue(schema: JsonSchema, kind: Kind, value: unknown, at: string): FieldError[] {
  if (isUnparsed(value)) {
    return [{ pointer: at, message: sentenceForText(value, textSchema(schema, kind), kind.kind === 'json') }]
  }
  switch (kind.kind) {
    case 'either': {
      const constant = kind.options.some((option) => Object.is(option.value, value))
      return constant ? [] : checkValue(kind.other, kindOf(kind.other), value, at)
    }
    case 'variants': {
      const variant = kind.variants.find((each) => Object.is(each.value, own(value, kind.tag)))
      if (!variant || !isRecord(value)) return evaluate(schema, value, at)
      return under(at, checkForm(variant.schema, value))
    }
    case 'group':
      return isRecord(value) ? under(at, checkForm(schema, value)) : evaluate(schema, value, at)
    case 'numbers': {
      if (!Array.isArray(value)) return evaluate(schema, value, at)
      const itemKind: Kind = { kind: 'number', integer: kind.integer }
      const faulty = value.flatMap((item, i) => checkValue(kind.item, itemKind, item, pointerTo(at, i)))
      return faulty.length > 0 ? faulty : evaluate(schema, value, at)
    }
    default:
      return evaluate(schema, value, at)
  }
}

/** What the text should have been: of an `either`, its value. */
const textSchema = (schema: JsonSchema, kind: Kind) => (kind.kind === 'either' ? kind.other : schema)

const under = (at: string, errors: FieldError[]) =>
  errors.map(({ pointer, message }) => ({ pointer: at + pointer, message }))

function evaluate(schema: JsonSchema, value: unknown, at: string): FieldError[] {
  const byPointer = new Map<string, string>()
  for (const fault of faultsOf(schema, value)) {
    const pointer = at + fault.instancePath
    if (!byPointer.has(pointer)) {
      byPointer.set(pointer, sentence(fault, fault.instancePath === '' ? schema : {}))
    }
  }
  return [...byPointer].map(([pointer, message]) => ({ pointer, message }))
}

/**
 * Of an `anyOf` the branches' own faults come first, then "anyOf" itself: the first says most. A map whose values are at
 * fault is told as not taking them, too: that says less than what is wrong with them.
 */
function faultsOf(schema: JsonSchema, value: unknown): Fault[] {
  try {
    const [, faults] = Errors(schema, value)
    const told = faults.filter(({ keyword }) => keyword !== 'boolean')
    return told.filter(
      ({ keyword, instancePath }) =>
        keyword !== 'additionalProperties' ||
        !told.some((fault) => fault.instancePath.startsWith(`${instancePath}/`))
    )
  } catch {
    // A schema that cannot be evaluated (a pattern that is none, a reference into itself) judges nothing here: the
    // platform checks the same value again.
    return []
  }
}

/** What only shows across settings: `dependentRequired`, `if`, `allOf`, … */
function checkTogether(schema: JsonSchema, fields: FieldSpec[], value: FormValue): FieldError[] {
  if (holdsUnparsed(value)) return []
  const whole = Object.fromEntries(
    fields.flatMap((field) => {
      const set = shown(field, value)
      return set === undefined ? [] : [[field.key, set]]
    })
  )
  return evaluate(schema, { ...whole, ...value }, '')
}
