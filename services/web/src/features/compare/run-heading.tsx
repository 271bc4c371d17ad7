import { X } from 'lucide-react'
import { Link } from 'react-router'
import { fillOf } from '../../charts/series-colours.ts'
import { IconButton } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { Name } from '../../ui/name.tsx'
import { letterOf, nameOf } from './run-name.ts'
import type { Run } from './use-runs.ts'

type Props = { run: Run; isBase: boolean; onBase: () => void; onRemove: () => void }

/** The head of a run's column: colour, letter, name, whether it is the base, and the way out. */
export function RunHeading({ run, isBase, onBase, onRemove }: Props) {
  const { id, index, job, missing } = run
  return (
    <div className="flex w-44 flex-col gap-1 text-left font-normal">
      <div className="flex items-center gap-1.5">
        <span
          aria-hidden="true"
          className={cx('size-3 shrink-0 rounded-sm', missing ? 'bg-line' : fillOf(index))}
        />
        <span className="font-semibold">{letterOf(index)}</span>
        <label className="ml-auto inline-flex min-h-6 items-center gap-1 text-xs">
          <input
            type="radio"
            name="base"
            checked={isBase}
            disabled={missing}
            onChange={onBase}
            className="size-4 accent-accent"
          />
          base
        </label>
        <IconButton label={`Remove ${nameOf(run)}`} onClick={onRemove} className="!size-6">
          <X aria-hidden="true" className="size-3.5" />
        </IconButton>
      </div>
      {job ? (
        <Link to={`/jobs/${id}`} className="min-w-0 text-accent">
          <Name truncate>{job.name}</Name>
        </Link>
      ) : (
        <span className="text-muted">{missing ? 'Not there any more' : 'Loading …'}</span>
      )}
    </div>
  )
}
