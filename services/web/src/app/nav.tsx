import { Database, LayoutDashboard, ListChecks } from 'lucide-react'
import { Link, NavLink } from 'react-router'
import { cx } from '../ui/cx.ts'
import { Logo } from './logo.tsx'

const PAGES = [
  { to: '/', label: 'Overview', icon: LayoutDashboard },
  { to: '/datasets', label: 'Datasets', icon: Database },
  { to: '/jobs', label: 'Jobs', icon: ListChecks }
]

/** A rail at the left; below 768 px a bar at the bottom, within reach of a thumb. */
export function Nav() {
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface md:inset-y-0 md:right-auto md:w-52 md:border-t-0 md:border-r"
    >
      <Link
        to="/"
        className="hidden h-14 items-center gap-2 px-4 text-base font-semibold text-ink no-underline md:flex"
      >
        <Logo className="size-6" />
        Trainyard
      </Link>
      <ul className="flex md:flex-col md:gap-0.5 md:px-2 md:py-2">
        {PAGES.map(({ to, label, icon: Icon }) => (
          <li key={to} className="flex-1">
            <NavLink
              to={to}
              end={to === '/'}
              className={({ isActive }) =>
                cx(
                  'flex min-h-14 flex-col items-center justify-center gap-0.5 text-xs no-underline transition-colors duration-hover md:min-h-9 md:flex-row md:justify-start md:gap-3 md:rounded-md md:px-3 md:text-sm',
                  isActive
                    ? 'font-semibold text-accent md:bg-sunken'
                    : 'text-muted hover:text-ink md:hover:bg-sunken'
                )
              }
            >
              <Icon aria-hidden="true" className="size-5 md:size-4" />
              {label}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
