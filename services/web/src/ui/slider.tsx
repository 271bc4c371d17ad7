import type { ComponentProps } from 'react'

type Props = Omit<ComponentProps<'input'>, 'onChange' | 'type' | 'value'> & {
  value: number
  onChange: (value: number) => void
  /** What is read out and shown, where the number alone says too little. */
  valueText?: string
}

/** The browser's own slider: arrows, Page Up, Home and touch work. Log scales map outside of it. */
export function Slider({ value, onChange, valueText, ...rest }: Props) {
  return (
    <input
      {...rest}
      type="range"
      value={value}
      aria-valuetext={valueText}
      onChange={(event) => onChange(event.target.valueAsNumber)}
      className="h-6 w-full min-w-0 accent-accent"
    />
  )
}
