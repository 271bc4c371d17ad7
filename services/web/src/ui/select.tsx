import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { cx } from './cx.ts'

export type Option<V extends string = string> = { value: V; label: string; disabled?: boolean }
type Props<V extends string> = Omit<ComponentProps<'select'>, 'onChange' | 'value' | 'children'> & {
  value: V
  onChange: (value: V) => void
  options: readonly Option<V>[]
}

/** The browser's own list: right on phones, by keyboard and in every language. */
export function Select<V extends string>({ value, onChange, options, className, ...rest }: Props<V>) {
  return (
    <div className={cx('relative', className)}>
      <select
        {...rest}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value)
          if (chosen) onChange(chosen.value)
        }}
        className="control w-full appearance-none truncate pr-8"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-muted"
      />
    </div>
  )
}
