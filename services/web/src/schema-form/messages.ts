import { counted, plain } from '../format/numbers.ts'
import { isRecord, type JsonSchema, type Unparsed } from './types.ts'
import { orWords, rangeWords, valueWords } from './words.ts'

/** One fault as the validator tells it. */
export type Fault = { keyword: string; params: object; instancePath: string }

const TYPES: Record<string, string> = {
  number: 'a number, such as 0.1',
  integer: 'a whole number',
  string: 'a text',
  boolean: 'yes or no',
  array: 'a list: [ … ]',
  object: 'an object: { … }',
  null: 'null'
}
export const MISSING = 'Set a value.'
export const UNKNOWN_SETTING = 'This setting is not known here; leave it out.'

/** What is wrong and what to write instead. `schema` is that of the value at fault. */
export function sentence({ keyword, params }: Fault, schema: JsonSchema): string {
  const range = limits(schema)
  const of = (name: string): unknown => (isRecord(params) ? params[name] : undefined)
  const limit = typeof of('limit') === 'number' ? Number(of('limit')) : 0
  switch (keyword) {
    case 'type':
      return `Must be ${orWords([of('type')].flat().map((type) => TYPES[String(type)] ?? String(type)))}.`
    case 'minimum':
      return `Must be ${range || `${plain(limit)} or more`}.`
    case 'maximum':
      return `Must be ${range || `${plain(limit)} or less`}.`
    case 'exclusiveMinimum':
      return `Must be ${range || `more than ${plain(limit)}`}.`
    case 'exclusiveMaximum':
      return `Must be ${range || `less than ${plain(limit)}`}.`
    case 'multipleOf':
      return `Must be a multiple of ${valueWords(of('multipleOf'))}.`
    case 'const':
      return `Must be ${valueWords(of('allowedValue'))}.`
    case 'enum':
      return `Choose ${orWords([of('allowedValues')].flat().map(valueWords))}.`
    case 'minLength':
      return `Needs at least ${counted(limit, 'character')}.`
    case 'maxLength':
      return `Takes at most ${counted(limit, 'character')}.`
    case 'minItems':
      return `Needs at least ${counted(limit, 'value')}.`
    case 'maxItems':
      return `Takes at most ${counted(limit, 'value')}.`
    case 'uniqueItems':
      return 'Each value may be there once only.'
    case 'required':
      return `Lacks ${orWords([of('requiredProperties')].flat().map(String))}.`
    case 'additionalProperties':
      return `Does not take ${orWords([of('additionalProperties')].flat().map(String))}.`
    case 'pattern':
      return typeof schema.description === 'string'
        ? schema.description
        : `Must match the pattern ${String(of('pattern'))}.`
    case 'format':
      return `Must be a ${String(of('format'))}.`
    default:
      return 'This value is not taken here; see the description of the setting.'
  }
}

function limits(schema: JsonSchema): string {
  const range = rangeWords(schema)
  return range.includes(' to ') ? `from ${range}` : range
}

/** For text that is no value of its field. */
export function sentenceForText({ '~text': text }: Unparsed, schema: JsonSchema, json: boolean): string {
  if (json) return 'This is not JSON. Texts stand in double quotes, and no comma follows the last item.'
  if (/^\s*$/.test(text)) return 'Fill in a number, or remove it.'
  if (/^[\s\d.,+-]*,[\s\d.,+-]*$/.test(text))
    return 'Write a point before the decimals and nothing between thousands: 1234.5.'
  const range = rangeWords(schema)
  const what = schema.type === 'integer' ? 'a whole number' : 'a number'
  return range
    ? `Must be ${what}: ${range}.`
    : `Must be ${what}, such as ${schema.type === 'integer' ? '10' : '0.1'}.`
}
