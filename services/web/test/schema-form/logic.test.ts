import catalogue from '@trainyard/contracts/architectures.json' with { type: 'json' }
import { describe, expect, test } from 'vitest'
import { checkForm } from '../../src/schema-form/check.ts'
import { kindOf } from '../../src/schema-form/field-kind.ts'
import { same, sendable, withField } from '../../src/schema-form/form-state.ts'
import { parseJson, parseNumber } from '../../src/schema-form/parse-text.ts'
import { readFields } from '../../src/schema-form/read-fields.ts'
import { resolveRefs } from '../../src/schema-form/refs.ts'
import { nearest, stopsOf } from '../../src/schema-form/scale.ts'
import { isUnparsed, type JsonSchema, unparsed } from '../../src/schema-form/types.ts'
import { rangeWords, titleOf } from '../../src/schema-form/words.ts'

const object = (properties: Record<string, unknown>, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more
})
const messages = (schema: JsonSchema, value: Record<string, unknown>) =>
  Object.fromEntries(checkForm(schema, value).map(({ pointer, message }) => [pointer, message]))

describe('which widget', () => {
  test.each([
    ['boolean', { type: 'boolean' }, 'toggle'],
    ['string', { type: 'string' }, 'text'],
    ['integer', { type: 'integer' }, 'number'],
    ['a list of integers', { type: 'array', items: { type: 'integer' } }, 'numbers'],
    ['enum', { enum: ['a', 2, null] }, 'choice'],
    ['oneOf of constants', { oneOf: [{ const: 'a', title: 'A' }, { const: 'b' }] }, 'choice'],
    ['anyOf with auto', { anyOf: [{ const: 'auto' }, { type: 'integer' }] }, 'either'],
    ['nullable', { type: ['number', 'null'] }, 'either'],
    ['anyOf of one', { anyOf: [{ type: 'number' }] }, 'number'],
    ['an object', { type: 'object', properties: { a: { type: 'integer' } } }, 'group'],
    [
      'objects with a tag',
      {
        oneOf: [
          { type: 'object', properties: { kind: { const: 'sgd' }, momentum: { type: 'number' } } },
          { type: 'object', properties: { kind: { const: 'adam' } } }
        ]
      },
      'variants'
    ],
    ['a list of objects', { type: 'array', items: { type: 'object' } }, 'json'],
    ['a map', { type: 'object', additionalProperties: { type: 'number' } }, 'json'],
    ['two value types', { anyOf: [{ type: 'integer' }, { type: 'string' }] }, 'json'],
    ['not', { type: 'integer', not: { const: 3 } }, 'json'],
    ['an enum of objects', { enum: [{}] }, 'json'],
    ['an empty enum', { enum: [] }, 'json'],
    ['a schema that is true', true, 'json'],
    ['nonsense', 'integer', 'json'],
    ['an unknown type', { type: 'tensor' }, 'json'],
    ['nothing', undefined, 'json']
  ])('%s', (_name, schema, kind) => {
    expect(kindOf(schema).kind).toBe(kind)
  })

  test('every setting of the catalogue has a real widget, a help text, and a default that passes', () => {
    for (const { id, hyperparameters } of catalogue.architectures) {
      const schema: JsonSchema = hyperparameters
      const fields = readFields(schema).flatMap((group) => group.fields)
      expect(fields.length, id).toBe(Object.keys(hyperparameters.properties).length)
      for (const field of fields) {
        expect(field.kind.kind, `${id}.${field.key}`).not.toBe('json')
        expect(field.help, `${id}.${field.key}`).not.toBe('')
        expect(field.fallback, `${id}.${field.key}`).not.toBe(undefined)
      }
      expect(checkForm(schema, {}), id).toEqual([])
    }
  })
})

describe('order and groups', () => {
  test('x-ui orders settings and groups; what has none comes last, in the order of the schema', () => {
    const schema = object({
      z: { type: 'integer' },
      late: { type: 'integer', 'x-ui': { group: 'optimizer', order: 9 } },
      b: { type: 'integer', 'x-ui': { group: 'network', order: 2 } },
      a: { type: 'integer', 'x-ui': { group: 'network', order: 1, unit: 'neurons', advanced: true } },
      y: { type: 'integer', 'x-ui': 'broken' }
    })
    expect(readFields(schema).map(({ title, fields }) => [title, fields.map(({ key }) => key)])).toEqual([
      ['Network', ['a', 'b']],
      ['Optimizer', ['late']],
      ['', ['z', 'y']]
    ])
    expect(readFields(schema)[0]?.fields[0]).toMatchObject({ unit: 'neurons', advanced: true, title: 'A' })
  })

  test('names become titles unless somebody chose them', () => {
    expect(['hidden_sizes', 'k', 'dBlock', '../x', 'toString'].map(titleOf)).toEqual([
      'Hidden sizes',
      'K',
      'dBlock',
      '../x',
      'toString'
    ])
  })
})

describe('ranges and sliders', () => {
  test('a range is said in words, with the tighter bound of two', () => {
    expect(rangeWords({ minimum: 1, maximum: 4096 })).toBe('1 to 4,096')
    expect(rangeWords({ minimum: 0, exclusiveMaximum: 1 })).toBe('0 to less than 1')
    expect(rangeWords({ exclusiveMinimum: 0 })).toBe('more than 0')
    expect(rangeWords({ minimum: 2, exclusiveMinimum: 1 })).toBe('2 or more')
    expect(rangeWords({ maximum: 5 })).toBe('5 or less')
    expect(rangeWords({ minimum: 'x', maximum: Number.NaN })).toBe('')
  })

  test('every stop of a slider is allowed, ascending, and near the default', () => {
    const schemas: [JsonSchema, boolean, boolean, unknown][] = [
      [{ minimum: 0, exclusiveMaximum: 1 }, false, false, 0.1],
      [{ exclusiveMinimum: 0, maximum: 1e9 }, false, true, 0.001],
      [{ minimum: 0, maximum: 1 }, false, true, 1e-4],
      [{ minimum: 1, maximum: 4096 }, true, true, 256],
      [{ minimum: 1, maximum: 16 }, true, false, 3],
      [{ minimum: 8, maximum: 512, multipleOf: 8 }, true, false, 64]
    ]
    for (const [schema, integer, log, fallback] of schemas) {
      const stops = stopsOf(schema, { integer, log, fallback })
      expect(stops?.length, JSON.stringify(schema)).toBeGreaterThan(9)
      for (const [i, stop] of (stops ?? []).entries()) {
        expect(
          checkForm(object({ a: { ...schema, type: integer ? 'integer' : 'number' } }), { a: stop })
        ).toEqual([])
        if (i > 0) expect(stop).toBeGreaterThan(stops?.[i - 1] ?? 0)
      }
      const at = nearest(stops ?? [], fallback)
      expect(stops?.[at]).toBe(fallback)
    }
  })

  test('without two ends, or with too many steps, there is no slider', () => {
    const linear = { integer: false, log: false, fallback: 1 }
    expect(stopsOf({ minimum: 0 }, linear)).toBe(null)
    expect(stopsOf({ minimum: 3, maximum: 3 }, linear)).toBe(null)
    expect(stopsOf({ minimum: 0, maximum: 1e6 }, { ...linear, integer: true })).toBe(null)
    expect(stopsOf({}, { ...linear, log: true, fallback: 0 })).toBe(null)
    expect(stopsOf({ exclusiveMinimum: 0 }, { ...linear, log: true, fallback: 'auto' })).toBe(null)
    expect(stopsOf({ minimum: 1e-300, maximum: 1e300 }, { ...linear, log: true, fallback: null })).toBe(null)
  })
})

describe('texts become values', () => {
  test('numbers as people write them, and nothing else', () => {
    expect(['0.1', ' .5 ', '1e-4', '-3', '+2', '5.'].map(parseNumber)).toEqual([0.1, 0.5, 0.0001, -3, 2, 5])
    expect(parseNumber('  ')).toBe(undefined)
    for (const text of ['0,1', '1e', 'x', '1e999', 'NaN', 'Infinity', '0x10', '1_000', '--1']) {
      expect(isUnparsed(parseNumber(text)), text).toBe(true)
    }
    expect(parseJson('[1, {"a": null}]')).toEqual([1, { a: null }])
    expect(parseJson('{a: 1}')).toEqual(unparsed('{a: 1}'))
  })

  test('only what differs from the defaults is sent, and no text that is not a value', () => {
    const schema = object({
      a: { type: 'integer', default: 1 },
      b: { type: 'array', items: { type: 'integer' }, default: [1, 2] },
      c: { type: 'number' }
    })
    const fields = readFields(schema).flatMap((group) => group.fields)
    expect(sendable(fields, { a: 1, b: [1, 2], c: 0 })).toEqual({ c: 0 })
    expect(sendable(fields, { a: 2, b: [1, unparsed('')], c: unparsed('x') })).toEqual({ a: 2 })
    expect(withField({ a: 1 }, 'a', undefined)).toEqual({})
    expect(same({ a: [1, { b: null }], c: 1 }, { c: 1, a: [1, { b: null }] })).toBe(true)
    expect(same({ a: 1 }, { b: 1 })).toBe(false)
    expect(same([1], { 0: 1 })).toBe(false)
  })
})

describe('errors are sentences', () => {
  const schema = object(
    {
      rate: { type: 'number', exclusiveMinimum: 0, maximum: 10, default: 1 },
      sizes: { type: 'array', items: { type: 'integer', minimum: 1, maximum: 64 }, minItems: 1, maxItems: 2 },
      mode: { enum: ['a', 'b', 'c'] },
      epochs: { anyOf: [{ const: 'auto' }, { type: 'integer', minimum: 1 }], default: 'auto' },
      weights: { type: 'object', additionalProperties: { type: 'number', minimum: 0 } },
      name: { type: 'string', minLength: 2, pattern: '^x' },
      needed: { type: 'integer' }
    },
    { required: ['needed'] }
  )
  test('each names what to write instead, at its own pointer', () => {
    expect(
      messages(schema, {
        rate: 0,
        sizes: [0, 1.5],
        mode: 'd',
        epochs: 0.5,
        weights: { 'a/b': -1 },
        name: 'y',
        stranger: 1
      })
    ).toEqual({
      '/rate': 'Must be from more than 0 to 10.',
      '/sizes/0': 'Must be from 1 to 64.',
      '/sizes/1': 'Must be a whole number.',
      '/mode': 'Choose a, b or c.',
      '/epochs': 'Must be a whole number.',
      '/weights/a~1b': 'Must be 0 or more.',
      '/name': 'Needs at least 2\u00a0characters.',
      '/needed': 'Set a value.',
      '/stranger': 'This setting is not known here; leave it out.'
    })
    expect(messages(schema, { needed: 1, sizes: [] })).toEqual({ '/sizes': 'Needs at least 1\u00a0value.' })
    expect(messages(schema, { needed: 1, sizes: [1, 2, 3] })).toEqual({
      '/sizes': 'Takes at most 2\u00a0values.'
    })
    expect(messages(schema, { needed: 1, epochs: 'auto', rate: 10, mode: 'a' })).toEqual({})
  })

  test('text that is no value says how to write one', () => {
    expect(
      messages(schema, {
        needed: unparsed('1.000,5'),
        rate: unparsed('fast'),
        sizes: [4, unparsed('')],
        epochs: unparsed('1e'),
        weights: unparsed('{a: 1}')
      })
    ).toEqual({
      '/needed': 'Write a point before the decimals and nothing between thousands: 1234.5.',
      '/rate': 'Must be a number: more than 0 to 10.',
      '/sizes/1': 'Fill in a number, or remove it.',
      '/epochs': 'Must be a whole number: 1 or more.',
      '/weights': 'This is not JSON. Texts stand in double quotes, and no comma follows the last item.'
    })
  })

  test('rules across settings are seen once each is right by itself', () => {
    const together = object(
      { a: { type: 'integer' }, b: { type: 'integer' } },
      { dependentRequired: { a: ['b'] } }
    )
    expect(checkForm(together, { a: 1 })).toHaveLength(1)
    expect(checkForm(together, { a: 1, b: 2 })).toEqual([])
  })

  test('a branch with a tag is checked by its own settings', () => {
    const branch = (kind: string, maximum: number) =>
      object({ kind: { const: kind }, rate: { type: 'number', maximum } }, { required: ['kind'] })
    const tagged = object({ optimizer: { oneOf: [branch('sgd', 1), branch('adam', 2)] } })
    expect(messages(tagged, { optimizer: { kind: 'adam', rate: 3 } })).toEqual({
      '/optimizer/rate': 'Must be 2 or less.'
    })
    expect(messages(tagged, { optimizer: { kind: 'sgd', rate: 1 } })).toEqual({})
  })
})

describe('hostile schemas', () => {
  test('nothing throws, whatever the schema or the value', () => {
    const deep = (depth: number): unknown =>
      depth === 0 ? { type: 'integer' } : { type: 'object', properties: { a: deep(depth - 1) } }
    const hostile: JsonSchema[] = [
      {},
      { properties: null },
      { properties: { a: null, b: 3, c: [], d: false } },
      {
        properties: JSON.parse(
          '{"__proto__": {"type": "integer", "minimum": 3}, "constructor": {"type": "string"}}'
        )
      },
      object({ a: { type: 'string', pattern: '(' } }),
      object({ a: { $ref: '#' }, b: { $ref: '#/$defs/none' }, c: { $ref: 'https://example.org/x' } }),
      object({ a: { enum: Array.from({ length: 5_000 }, (_, i) => i) } }),
      object({ a: deep(500) }),
      object({ a: { type: ['integer', 'string', 'null'] } }),
      object({ a: { oneOf: [] }, b: { anyOf: 'x' }, c: { enum: {} }, d: { type: 'array', items: [] } }),
      object(Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, { type: 'integer' }])))
    ]
    for (const schema of hostile) {
      for (const value of [
        {},
        { a: 1 },
        { a: 'x', b: {} },
        JSON.parse('{"__proto__": 1, "constructor": 2}')
      ]) {
        const resolved = resolveRefs(schema)
        for (const group of readFields(resolved)) expect(group.fields.length).toBeGreaterThan(0)
        expect(Array.isArray(checkForm(resolved, value))).toBe(true)
      }
    }
  })

  test('a setting called __proto__ is a setting', () => {
    const schema: JsonSchema = JSON.parse('{"properties": {"__proto__": {"type": "integer", "minimum": 3}}}')
    expect(messages(schema, {})).toEqual({})
    expect(checkForm(schema, withField({}, '__proto__', 1))).toEqual([
      { pointer: '/__proto__', message: 'Must be 3 or more.' }
    ])
  })

  test('local references are put in place, circles are left alone', () => {
    const schema = {
      $defs: {
        size: { type: 'integer', minimum: 1 },
        loop: { properties: { next: { $ref: '#/$defs/loop' } } }
      },
      properties: { a: { $ref: '#/$defs/size', default: 2 }, b: { $ref: '#/$defs/loop' } }
    }
    const properties = resolveRefs(schema).properties
    expect(properties).toMatchObject({ a: { type: 'integer', minimum: 1, default: 2 } })
    expect(kindOf(Object(properties).b.properties.next).kind).toBe('json')
  })
})
