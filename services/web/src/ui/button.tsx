import type { ComponentProps, ReactNode } from 'react'
import { Link, type LinkProps } from 'react-router'
import { cx } from './cx.ts'

export type Variant = 'primary' | 'secondary' | 'danger' | 'quiet'
type Look = { variant?: Variant; icon?: ReactNode; small?: boolean }

const LOOK: Record<Variant, string> = {
  primary: 'border-transparent bg-accent text-on-accent hover:brightness-110 active:brightness-95',
  secondary: 'border-outline bg-surface text-ink hover:bg-sunken',
  danger: 'border-failed bg-surface text-failed hover:bg-failed-tint',
  quiet: 'border-transparent bg-transparent text-ink hover:bg-sunken'
}

/** The classes of a button, for what must be another element. */
export const buttonClass = ({ variant = 'secondary', small = false }: Look = {}) =>
  cx(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-semibold whitespace-nowrap',
    'transition-[background-color,filter] duration-hover select-none',
    'disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:opacity-60',
    small ? 'min-h-7 px-2 text-xs' : 'min-h-control px-3 text-sm',
    LOOK[variant]
  )

type ButtonProps = ComponentProps<'button'> & Look & { busy?: boolean }

/** `busy` keeps the size and the words, shows a spinner, and takes no second press. */
export function Button({ variant, icon, small, busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      className={cx(buttonClass({ variant, small }), className)}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  )
}

type LinkButtonProps = LinkProps & Look

/** A link that looks like a button: it goes somewhere, so it is a link. */
export function LinkButton({ variant, icon, small, className, children, ...rest }: LinkButtonProps) {
  return (
    <Link {...rest} className={cx(buttonClass({ variant, small }), 'no-underline', className as string)}>
      {icon}
      {children}
    </Link>
  )
}

type IconButtonProps = ComponentProps<'button'> & { label: string; children?: ReactNode }

/** A square button with an icon; `label` is its name. */
export function IconButton({ label, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(
        'inline-flex size-control shrink-0 items-center justify-center rounded-md text-muted',
        'transition-colors duration-hover hover:bg-sunken hover:text-ink',
        className
      )}
    >
      {children}
    </button>
  )
}

export function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="size-3.5 animate-spin rounded-full border-2 border-current border-r-transparent"
    />
  )
}
