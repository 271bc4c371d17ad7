import { type ReactNode, useId } from 'react'
import { cx } from './cx.ts'

export type RadioOption<V extends string = string> = {
  value: V
  label: ReactNode
  hint?: ReactNode
  disabled?: boolean
}
type Props<V extends string> = {
  legend: ReactNode
  value: V
  onChange: (value: V) => void
  options: readonly RadioOption<V>[]
  /** Cards side by side where there is room, or a plain column. */
  layout?: 'cards' | 'column'
  hideLegend?: boolean
}

export function RadioGroup<V extends string>({
  legend,
  value,
  onChange,
  options,
  layout = 'column',
  hideLegend
}: Props<V>) {
  const name = useId()
  const cards = layout === 'cards'
  return (
    <fieldset className="min-w-0">
      <legend className={hideLegend ? 'sr-only' : 'mb-1 font-semibold'}>{legend}</legend>
      <div className={cards ? 'grid gap-2 sm:grid-cols-2 lg:grid-cols-3' : 'flex flex-col gap-1'}>
        {options.map((option) => (
          <label
            key={option.value}
            className={cx(
              'flex min-h-6 items-start gap-2',
              cards &&
                'rounded-md border border-line bg-surface px-3 py-2 transition-colors duration-hover hover:bg-sunken has-checked:border-accent has-checked:ring-1 has-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent'
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled}
              onChange={() => onChange(option.value)}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span className="min-w-0">
              <span className={cards ? 'font-semibold' : undefined}>{option.label}</span>
              {option.hint && <span className="block text-xs text-muted">{option.hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
