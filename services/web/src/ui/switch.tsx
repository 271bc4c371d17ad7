import type { ReactNode } from 'react'

type Props = {
  checked: boolean
  onChange: (checked: boolean) => void
  children: ReactNode
  hint?: ReactNode
  disabled?: boolean
}

/** On or off, at once: for a setting that needs no *Save*. */
export function Switch({ checked, onChange, children, hint, disabled }: Props) {
  return (
    <label className="flex min-h-8 items-start justify-between gap-4">
      <span className="min-w-0">
        {children}
        {hint && <span className="block text-xs text-muted">{hint}</span>}
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className="relative h-5 w-9 shrink-0 appearance-none rounded-full border border-outline bg-sunken transition-colors duration-hover before:absolute before:top-0.5 before:left-0.5 before:size-3.5 before:rounded-full before:bg-outline before:transition-transform before:duration-hover checked:border-accent checked:bg-accent checked:before:translate-x-4 checked:before:bg-on-accent forced-colors:appearance-auto"
      />
    </label>
  )
}
