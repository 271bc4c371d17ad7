import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'

export type Tone = 'info' | 'good' | 'warning' | 'bad'
type Props = { tone?: Tone; title?: ReactNode; children?: ReactNode; actions?: ReactNode; className?: string }

const LOOK = {
  info: { icon: Info, colours: 'bg-running-tint text-running' },
  good: { icon: CircleCheck, colours: 'bg-succeeded-tint text-succeeded' },
  warning: { icon: TriangleAlert, colours: 'bg-warning-tint text-warning' },
  bad: { icon: CircleAlert, colours: 'bg-failed-tint text-failed' }
}

/** One thing that concerns the page around it. */
export function Banner({ tone = 'info', title, children, actions, className }: Props) {
  const { icon: Icon, colours } = LOOK[tone]
  return (
    <div
      className={cx(
        'flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md px-3 py-2 forced-colors:border',
        colours,
        className
      )}
    >
      <div className="flex min-w-0 flex-1 basis-64 items-start gap-2">
        <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
        <div className="min-w-0">
          {title && <p className="font-semibold">{title}</p>}
          {children && <div className="text-ink">{children}</div>}
        </div>
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
