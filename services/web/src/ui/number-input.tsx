import { NumberField } from '@base-ui/react/number-field'
import { Minus, Plus } from 'lucide-react'
import type { ComponentProps } from 'react'
import type { Wiring } from './field.tsx'

type Props = Partial<Wiring> & {
  value: number | null
  onChange: (value: number | null) => void
  onBlur?: () => void
  min?: number
  max?: number
  step?: number
  /** Shown behind the number: `rows`, `s`. */
  unit?: string
  placeholder?: string
  disabled?: boolean
  /** How the number reads; up to 20 digits after the point and no grouping unless said otherwise. */
  format?: ComponentProps<typeof NumberField.Root>['format']
  /** Names the control where no `Field` does. */
  label?: string
}
const STEPPER = 'inline-flex w-7 items-center justify-center text-muted hover:text-ink disabled:opacity-40'

/** A number with steps by arrow keys and buttons. A value out of range is kept and left to the form to judge. */
export function NumberInput({
  id,
  value,
  onChange,
  onBlur,
  unit,
  placeholder,
  label,
  format,
  ...rest
}: Props) {
  const { min, max, step, disabled, ...wiring } = rest
  return (
    <NumberField.Root
      id={id}
      value={value}
      onValueChange={onChange}
      min={min}
      max={max}
      step={step}
      disabled={disabled}
      allowOutOfRange
      format={format ?? { useGrouping: false, maximumFractionDigits: 20 }}
    >
      <NumberField.Group className="control flex w-full items-stretch !p-0 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent">
        <NumberField.Input
          {...wiring}
          aria-label={label}
          placeholder={placeholder}
          onBlur={onBlur}
          className="min-w-0 flex-1 bg-transparent px-2.5 outline-none"
        />
        {unit && (
          <span aria-hidden="true" className="self-center pr-1 text-xs text-muted">
            {unit}
          </span>
        )}
        <NumberField.Decrement aria-label="Less" className={STEPPER}>
          <Minus aria-hidden="true" className="size-3.5" />
        </NumberField.Decrement>
        <NumberField.Increment aria-label="More" className={STEPPER}>
          <Plus aria-hidden="true" className="size-3.5" />
        </NumberField.Increment>
      </NumberField.Group>
    </NumberField.Root>
  )
}
