import type { KeyboardEvent } from 'react'
import { plain } from '../../format/numbers.ts'
import type { Wiring } from '../../ui/field.tsx'
import { Slider } from '../../ui/slider.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { parseNumber } from '../parse-text.ts'
import { nearest, stopsOf } from '../scale.ts'
import { isUnparsed, type JsonSchema } from '../types.ts'
import { useTyping } from './use-typing.ts'

type Props = {
  schema: JsonSchema
  integer: boolean
  log: boolean
  fallback: unknown
  title: string
  unit: string
  value: unknown
  onSet: (next: unknown) => void
  wiring: Wiring | undefined
  label?: string
}

/** A box that takes every number (also `1e-4`), and a slider where there are two ends. */
export function NumberBox(props: Props) {
  const { schema, integer, log, fallback, title, unit, value, onSet, wiring, label } = props
  const stops = stopsOf(schema, { integer, log, fallback })
  const typing = useTyping(textOf(value), (text) => onSet(parseNumber(text)))
  function step(event: KeyboardEvent) {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    const next = stepped(value, event.key === 'ArrowUp' ? 1 : -1, stops, integer)
    if (next === undefined) return
    event.preventDefault()
    typing.onBlur()
    onSet(next)
  }
  return (
    <div className="flex items-center gap-3">
      <div className={stops ? 'relative w-28 shrink-0' : 'relative w-full max-w-48'}>
        <TextInput
          {...wiring}
          {...typing}
          aria-label={label}
          inputMode={integer ? 'numeric' : 'decimal'}
          autoComplete="off"
          spellCheck={false}
          placeholder={fallback === undefined ? undefined : String(fallback)}
          onKeyDown={step}
          className={unit ? 'pr-16' : undefined}
        />
        {unit && (
          <span
            aria-hidden="true"
            className="pointer-events-none absolute inset-y-0 right-2 flex items-center text-xs text-muted"
          >
            {unit}
          </span>
        )}
      </div>
      {stops && (
        <Slider
          aria-label={`${title}, slider`}
          min={0}
          max={stops.length - 1}
          step={1}
          value={nearest(stops, value)}
          valueText={plain(stops[nearest(stops, value)])}
          onChange={(position) => onSet(stops[position])}
        />
      )}
    </div>
  )
}

export function textOf(value: unknown): string {
  if (isUnparsed(value)) return value['~text']
  return typeof value === 'number' || typeof value === 'string' ? String(value) : ''
}

/** The next stop up or down; without stops, the next whole number. */
function stepped(value: unknown, by: 1 | -1, stops: number[] | null, integer: boolean): number | undefined {
  if (typeof value !== 'number') return stops?.[0]
  if (stops) return by > 0 ? stops.find((stop) => stop > value) : stops.findLast((stop) => stop < value)
  return integer ? value + by : undefined
}
