import { ChevronRight } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'react-router'

export type Crumb = { label: ReactNode; to: string }
type Props = {
  title: ReactNode
  /** The tab's title, state first: "24 % churn". Needed when `title` is not text. */
  documentTitle?: string
  crumbs?: readonly Crumb[]
  /** Beside the title: a state. */
  badge?: ReactNode
  actions?: ReactNode
  children?: ReactNode
}

/** The page's one `h1`. It takes focus when its page is opened from another, so that a screen reader starts at the new page. */
export function PageHeader({ title, documentTitle, crumbs = [], badge, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  const spoken = documentTitle ?? (typeof title === 'string' ? title : undefined)
  useEffect(() => {
    if (spoken !== undefined) document.title = `${spoken} – Trainyard`
  }, [spoken])
  useEffect(() => {
    // A page that was loaded or reloaded, not navigated to, keeps the browser's own order.
    if (document.documentElement.dataset.moved) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <header className="flex flex-col gap-1 pb-4">
      {crumbs.length > 0 && (
        <nav aria-label="Breadcrumbs">
          <ol className="flex flex-wrap items-center gap-1 text-xs text-muted">
            {crumbs.map((crumb) => (
              <li key={crumb.to} className="flex min-h-6 items-center gap-1">
                <Link to={crumb.to} className="text-muted no-underline hover:text-ink hover:underline">
                  {crumb.label}
                </Link>
                <ChevronRight aria-hidden="true" className="size-3" />
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 ref={heading} tabIndex={-1} className="min-w-0 text-lg font-semibold">
            {title}
          </h1>
          {badge}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </header>
  )
}
