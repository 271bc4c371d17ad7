import type { ReactNode } from 'react'
import { Link, type To } from 'react-router'
import { cx } from './cx.ts'

export type Tab = { id: string; label: ReactNode; to: To; count?: number }

/** Tabs are links: the address says which one is open, so a reload and a shared link show the same. */
export function Tabs({ tabs, current, label }: { tabs: readonly Tab[]; current: string; label: string }) {
  return (
    <nav aria-label={label} className="-mx-4 overflow-x-auto border-b border-line px-4 md:mx-0 md:px-0">
      <ul className="flex gap-1">
        {tabs.map((tab) => (
          <li key={tab.id}>
            <Link
              to={tab.to}
              preventScrollReset
              aria-current={tab.id === current ? 'page' : undefined}
              className={cx(
                '-mb-px flex min-h-9 items-center gap-1.5 border-b-2 px-2.5 whitespace-nowrap no-underline transition-colors duration-hover',
                'focus-visible:-outline-offset-2',
                tab.id === current
                  ? 'border-accent font-semibold text-ink'
                  : 'border-transparent text-muted hover:text-ink'
              )}
            >
              {tab.label}
              {tab.count !== undefined && <span className="text-xs text-muted">{tab.count}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
