import type { ReactNode } from 'react'

type Props = { icon?: ReactNode; title: string; children?: ReactNode; actions?: ReactNode }

/** Says why there is nothing, and offers what makes something. */
export function EmptyState({ icon, title, children, actions }: Props) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
      {icon && (
        <div aria-hidden="true" className="mb-1 text-muted">
          {icon}
        </div>
      )}
      <p className="text-base font-semibold">{title}</p>
      {children && <div className="max-w-prose text-muted">{children}</div>}
      {actions && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  )
}
