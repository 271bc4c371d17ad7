import type { ReactNode } from 'react'
import { cx } from './cx.ts'

type Props = {
  title?: ReactNode
  actions?: ReactNode
  className?: string
  children: ReactNode
  flush?: boolean
}

/** A surface with an optional heading. `flush` leaves the padding to the content: for lists and tables. */
export function Card({ title, actions, className, children, flush }: Props) {
  return (
    <section className={cx('min-w-0 rounded-lg border border-line bg-surface shadow-card', className)}>
      {(title || actions) && (
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-1.5">
          <h2 className="text-sm font-semibold">{title}</h2>
          {actions && <div className="flex items-center gap-2">{actions}</div>}
        </div>
      )}
      <div className={flush ? undefined : 'p-4'}>{children}</div>
    </section>
  )
}
