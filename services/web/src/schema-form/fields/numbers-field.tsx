import { Minus, Plus } from 'lucide-react'
import { IconButton } from '../../ui/button.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import type { WidgetProps } from '../field-for.tsx'
import { parseNumber } from '../parse-text.ts'
import { type JsonSchema, pointerTo, unparsed } from '../types.ts'
import { textOf } from './number-box.tsx'
import { useTyping } from './use-typing.ts'

type Props = WidgetProps & { integer: boolean; item: JsonSchema }

/** A list of numbers, one box each: layers, say. */
export function NumbersField({ field, pointer, value, faults, onSet, integer }: Props) {
  const items: unknown[] = Array.isArray(value) ? value : []
  const most = limit(field.schema.maxItems, 100)
  const least = limit(field.schema.minItems, 0)
  const add = () => onSet([...items, items.at(-1) ?? unparsed('')])
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {items.map((item, i) => (
        <Box
          key={i}
          label={`${field.title}, ${i + 1} of ${items.length}`}
          integer={integer}
          value={item}
          wrong={faults.some((fault) => fault.pointer === pointerTo(pointer, i))}
          pointer={pointerTo(pointer, i)}
          onSet={(next) => onSet(items.toSpliced(i, 1, next))}
          onGone={items.length > least ? () => onSet(items.toSpliced(i, 1)) : undefined}
        />
      ))}
      {items.length < most && (
        <IconButton label={`Add to ${field.title}`} onClick={add}>
          <Plus aria-hidden="true" className="size-4" />
        </IconButton>
      )}
      {items.length > least && (
        <IconButton label={`Remove the last of ${field.title}`} onClick={() => onSet(items.slice(0, -1))}>
          <Minus aria-hidden="true" className="size-4" />
        </IconButton>
      )}
    </div>
  )
}

const limit = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise)

type BoxProps = {
  label: string
  integer: boolean
  value: unknown
  wrong: boolean
  pointer: string
  onSet: (next: unknown) => void
  onGone: (() => void) | undefined
}

/** An emptied box goes when it is left, as long as enough are there. */
function Box({ label, integer, value, wrong, pointer, onSet, onGone }: BoxProps) {
  const typing = useTyping(textOf(value), (text) => onSet(parseNumber(text) ?? unparsed('')))
  function leave() {
    typing.onBlur()
    if (textOf(value).trim() === '') onGone?.()
  }
  return (
    <span data-pointer={pointer}>
      <TextInput
        {...typing}
        aria-label={label}
        aria-invalid={wrong || undefined}
        inputMode={integer ? 'numeric' : 'decimal'}
        autoComplete="off"
        onBlur={leave}
        className="!w-18 text-right"
      />
    </span>
  )
}
