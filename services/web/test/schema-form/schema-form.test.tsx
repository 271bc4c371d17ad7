import { cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import catalogue from '@trainyard/contracts/architectures.json' with { type: 'json' }
import { useState } from 'react'
import { afterEach, describe, expect, test } from 'vitest'
import { focusPointer, SchemaForm, type SchemaFormProps } from '../../src/schema-form/schema-form.tsx'
import type { FormValue, JsonSchema } from '../../src/schema-form/types.ts'

afterEach(cleanup)

type Options = Pick<SchemaFormProps, 'errors' | 'showAll' | 'at'> & { value?: FormValue }

/** A form that keeps its value, as a page does; `value()` is what it holds. */
function show(schema: JsonSchema, { value: first = {}, ...rest }: Options = {}) {
  let held = first
  function Page() {
    const [value, setValue] = useState(first)
    held = value
    return <SchemaForm schema={schema} value={value} onChange={setValue} {...rest} />
  }
  render(<Page />)
  return { user: userEvent.setup(), value: () => held }
}
const schemaOf = (id: string): JsonSchema =>
  catalogue.architectures.find((architecture) => architecture.id === id)?.hyperparameters ?? {}
const object = (properties: Record<string, unknown>): JsonSchema => ({
  type: 'object',
  properties,
  additionalProperties: false
})

describe('the live catalogue', () => {
  test.each(catalogue.architectures.map(({ id }) => id))(
    '%s: every setting has a named control',
    async (id) => {
      const { user } = show(schemaOf(id))
      const more = screen.queryByRole('button', { name: /more setting/ })
      if (more) await user.click(more)
      for (const key of Object.keys(Object(schemaOf(id).properties))) {
        const setting = document.querySelector(`[data-pointer="/${key}"]`)
        expect(setting, key).not.toBe(null)
        const controls = setting?.querySelectorAll<HTMLInputElement>('input, select, textarea') ?? []
        expect(controls.length, key).toBeGreaterThan(0)
        for (const control of controls) {
          const named = control.labels?.length || control.getAttribute('aria-label')
          expect(named, `${key} ${control.outerHTML}`).toBeTruthy()
        }
      }
      expect(screen.queryByRole('alert')).toBe(null)
      expect(document.querySelector('[aria-invalid]')).toBe(null)
    }
  )
})

describe('a setting', () => {
  const schema = object({
    dropout: {
      type: 'number',
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0.1,
      description: 'Share switched off.'
    }
  })

  test('shows its help, range and default, and offers the way back once changed', async () => {
    const { user, value } = show(schema)
    expect(screen.getByText('Share switched off.')).toBeTruthy()
    expect(screen.getByText('0 to less than 1 · default 0.1')).toBeTruthy()
    expect(screen.queryByRole('button', { name: /Reset/ })).toBe(null)
    const box = screen.getByRole<HTMLInputElement>('textbox', { name: 'Dropout' })
    await user.clear(box)
    await user.type(box, '2.5e-1')
    expect(box.value).toBe('2.5e-1')
    await user.tab()
    expect(box.value).toBe('0.25')
    expect(value()).toEqual({ dropout: 0.25 })
    expect(screen.getByTitle('Changed')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Reset Dropout to 0.1' }))
    expect(value()).toEqual({})
    expect(box.value).toBe('0.1')
  })

  test('says what is wrong when it is left, not while it is typed, and keeps what was typed', async () => {
    const { user, value } = show(schema)
    const box = screen.getByRole<HTMLInputElement>('textbox', { name: 'Dropout' })
    await user.clear(box)
    await user.type(box, '1,5')
    expect(box.getAttribute('aria-invalid')).toBe(null)
    await user.tab()
    await user.tab()
    expect(box.getAttribute('aria-invalid')).toBe('true')
    expect(box.value).toBe('1,5')
    expect(value()).toEqual({ dropout: { '~text': '1,5' } })
    expect(screen.getByText(/Write a point before the decimals/)).toBeTruthy()
    await user.clear(box)
    await user.type(box, '0.3')
    expect(screen.queryByText(/Write a point/)).toBe(null)
  })

  test('arrow keys and the slider move it in steps', async () => {
    const { user, value } = show(schema)
    await user.click(screen.getByRole('textbox', { name: 'Dropout' }))
    await user.keyboard('{ArrowUp}{ArrowUp}')
    expect(value()).toEqual({ dropout: 0.12 })
    await user.keyboard('{ArrowDown}')
    expect(value()).toEqual({ dropout: 0.11 })
    const slider = screen.getByRole('slider', { name: 'Dropout, slider' })
    expect(slider.getAttribute('aria-valuetext')).toBe('0.11')
  })

  test("the server's error stands at its field, and the field can be found", () => {
    const at = '/models/mlp'
    show(schema, { at, errors: [{ pointer: '/models/mlp/dropout', message: 'Too much of it.' }] })
    expect(screen.getByText('Too much of it.')).toBeTruthy()
    expect(focusPointer('/models/mlp/dropout/0')).toBe(true)
    expect(document.activeElement?.getAttribute('aria-invalid')).toBe('true')
    expect(focusPointer('/elsewhere')).toBe(false)
  })
})

describe('widgets', () => {
  test('layer boxes grow, shrink and lose an emptied box, within their limits', async () => {
    const sizes = {
      type: 'array',
      items: { type: 'integer', minimum: 1 },
      minItems: 1,
      maxItems: 3,
      default: [8, 4]
    }
    const { user, value } = show(object({ hidden_sizes: sizes }))
    const group = screen.getByRole('group', { name: 'Hidden sizes' })
    expect(within(group).getAllByRole('textbox')).toHaveLength(2)
    await user.click(screen.getByRole('button', { name: 'Add to Hidden sizes' }))
    expect(value()).toEqual({ hidden_sizes: [8, 4, 4] })
    expect(screen.queryByRole('button', { name: 'Add to Hidden sizes' })).toBe(null)
    await user.clear(screen.getByRole('textbox', { name: 'Hidden sizes, 2 of 3' }))
    await user.tab()
    expect(value()).toEqual({ hidden_sizes: [8, 4] })
    await user.click(screen.getByRole('button', { name: 'Remove the last of Hidden sizes' }))
    expect(screen.queryByRole('button', { name: 'Remove the last of Hidden sizes' })).toBe(null)
    const last = screen.getByRole('textbox', { name: 'Hidden sizes, 1 of 1' })
    await user.clear(last)
    await user.type(last, '0')
    await user.tab()
    await user.tab()
    expect(last.getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByText('Must be 1 or more.')).toBeTruthy()
  })

  test('a number or auto is a box that may be empty', async () => {
    const { user, value } = show(
      object({ epochs: { anyOf: [{ const: 'auto' }, { type: 'integer', minimum: 1 }], default: 'auto' } })
    )
    const box = screen.getByRole<HTMLInputElement>('textbox', { name: 'Epochs' })
    expect([box.value, box.placeholder]).toEqual(['', 'auto'])
    await user.type(box, '50')
    expect(value()).toEqual({ epochs: 50 })
    await user.clear(box)
    expect(value()).toEqual({})
  })

  test('off, or a value: what was set comes back', async () => {
    const { user, value } = show(
      object({ patience: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }], default: 16 } })
    )
    const select = screen.getByRole('combobox', { name: 'Patience' })
    const box = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Patience, value' })
    expect(box().value).toBe('16')
    await user.clear(box())
    await user.type(box(), '5')
    await user.selectOptions(select, 'Off')
    expect(value()).toEqual({ patience: null })
    await user.selectOptions(select, 'Set to')
    expect(value()).toEqual({ patience: 5 })
  })

  test('constants with titles are a choice, and a value that is none of them is not hidden', async () => {
    const choice = {
      oneOf: [
        { const: 'plr', title: 'Periodic', description: 'Learns frequencies.' },
        { const: 'none', title: 'As they are' }
      ],
      default: 'none'
    }
    const { user, value } = show(object({ embedding: choice }), { value: { embedding: 'gone' } })
    const select = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Embedding' })
    expect(select.selectedOptions[0]?.textContent).toBe('gone (not offered)')
    await user.selectOptions(select, 'Periodic')
    expect(value()).toEqual({ embedding: 'plr' })
    expect(screen.getByText('Learns frequencies.')).toBeTruthy()
  })

  test('objects with a tag show the settings of the chosen one', async () => {
    const branch = (kind: string, key: string) => ({
      type: 'object',
      properties: { kind: { const: kind }, [key]: { type: 'number', default: 1 } },
      required: ['kind'],
      additionalProperties: false
    })
    const { user, value } = show(
      object({
        optimizer: { oneOf: [branch('sgd', 'momentum'), branch('adam', 'beta')], default: { kind: 'sgd' } }
      })
    )
    expect(screen.getByRole('textbox', { name: 'Momentum' })).toBeTruthy()
    await user.selectOptions(screen.getByRole('combobox', { name: 'Optimizer, kind' }), 'Adam')
    const beta = screen.getByRole('textbox', { name: 'Beta' })
    await user.clear(beta)
    await user.type(beta, '2')
    expect(value()).toEqual({ optimizer: { kind: 'adam', beta: 2 } })
  })

  test('switches, texts and nested objects hold their values', async () => {
    const { user, value } = show(
      object({
        bias: { type: 'boolean', default: true },
        prefix: { type: 'string', default: 'x' },
        inner: { type: 'object', properties: { depth: { type: 'integer', default: 2 } } }
      })
    )
    await user.click(screen.getByRole('checkbox', { name: /Bias/ }))
    await user.type(screen.getByRole('textbox', { name: 'Prefix' }), 'y')
    await user.type(screen.getByRole('textbox', { name: 'Depth' }), '0')
    expect(value()).toEqual({ bias: false, prefix: 'xy', inner: { depth: 20 } })
  })

  test('what has no widget is JSON, checked when left', async () => {
    const { user, value } = show(
      object({ weights: { type: 'object', additionalProperties: { minimum: 0 } } })
    )
    const box = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Weights' })
    await user.type(box, '{{"a": -')
    await user.tab()
    expect(screen.getByText(/This is not JSON/)).toBeTruthy()
    expect(box.value).toBe('{"a": -')
    await user.type(box, '1}')
    expect(value()).toEqual({ weights: { a: -1 } })
    expect(screen.getByText('Must be 0 or more.')).toBeTruthy()
  })

  test('advanced settings are folded, say what changed, and open when one is at fault', async () => {
    const schema = object({
      a: { type: 'integer', default: 1, 'x-ui': { advanced: true } },
      b: { type: 'integer', default: 1, maximum: 3, 'x-ui': { advanced: true } }
    })
    const { user } = show(schema, { value: { a: 2 } })
    const more = screen.getByRole('button', { name: /2\smore settings, 1 changed/ })
    expect(more.getAttribute('aria-expanded')).toBe('false')
    expect(screen.queryByRole('textbox', { name: 'B' })).toBe(null)
    await user.click(more)
    expect(screen.getByRole('textbox', { name: 'B' })).toBeTruthy()
    cleanup()
    show(schema, { value: { b: 9 }, showAll: true })
    expect(screen.getByRole('textbox', { name: /^B/ }).getAttribute('aria-invalid')).toBe('true')
  })

  test('settings that the schema does not know are shown and can be left out', async () => {
    const { user, value } = show(object({ a: { type: 'integer', default: 1 } }), {
      value: { 'old\u202e': 1 }
    })
    expect(screen.getByText('old\\u202E = 1')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: 'Leave out' }))
    expect(value()).toEqual({})
  })

  test('names from a schema are text', () => {
    show(
      object({
        '<img src=x onerror=alert(1)>': { type: 'integer', title: '<b>bold</b>', description: '<i>' }
      })
    )
    expect(screen.getByRole('textbox', { name: '<b>bold</b>' })).toBeTruthy()
    expect(document.querySelector('img, b, i')).toBe(null)
  })

  test('a broken schema still draws a form', () => {
    show({ properties: { a: null, b: { type: 'string', pattern: '(' }, c: { $ref: '#' }, d: { enum: {} } } })
    expect(screen.getAllByRole('textbox')).toHaveLength(4)
    cleanup()
    show({})
    show({ type: 'integer' })
  })
})
