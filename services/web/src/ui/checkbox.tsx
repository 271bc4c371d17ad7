import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'

type Props = Omit<ComponentProps<'input'>, 'onChange' | 'type'> & {
  checked: boolean
  onChange: (checked: boolean) => void
  indeterminate?: boolean
  children?: ReactNode
}

/** A tick box with its words as the target. Without words give it an `aria-label`. */
export function Checkbox({ checked, onChange, indeterminate = false, children, className, ...rest }: Props) {
  return (
    <label className={cx('inline-flex min-h-6 min-w-6 items-center gap-2', className)}>
      <input
        {...rest}
        ref={(box) => {
          if (box) box.indeterminate = indeterminate
        }}
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 shrink-0 accent-accent"
      />
      {children}
    </label>
  )
}
