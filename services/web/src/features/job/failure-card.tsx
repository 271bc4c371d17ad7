import { useQuery } from '@tanstack/react-query'
import type { Job } from '@trainyard/contracts/training'
import { OctagonX } from 'lucide-react'
import { configQuery } from '../../api/config.ts'
import { logsQuery } from '../../api/jobs.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { plainName } from '../../ui/name.tsx'
import { type FailureAction, failureOf, reportOf } from './failure.ts'
import type { JobActions } from './use-job-actions.ts'

const LINES = 20

/** Why a job failed, in words, with what to do about it, and the end of its log. */
export function FailureCard({ job, actions }: { job: Job; actions: JobActions }) {
  const { title, what, actions: ways } = failureOf(job)
  const config = useQuery(configQuery())
  const log = useQuery(logsQuery(job.id, { before: Number.MAX_SAFE_INTEGER, limit: LINES }))
  const lines = log.data?.items ?? []
  return (
    <section
      aria-labelledby="failure"
      className="overflow-hidden rounded-lg border border-failed bg-surface shadow-card"
    >
      <div className="flex flex-wrap items-start gap-3 bg-failed-tint p-4">
        <OctagonX aria-hidden="true" className="size-5 shrink-0 text-failed" />
        <div className="min-w-0 flex-1 basis-72">
          <h2 id="failure" className="text-base font-semibold text-failed">
            {title}
          </h2>
          {job.message && <p className="mt-1 font-semibold">{plainName(job.message, 2_000)}</p>}
          <p className="mt-1">{what}</p>
          <div className="mt-3 flex flex-wrap gap-2">
            {ways.map((way, i) => (
              <Way key={`${way.kind}${i}`} way={way} first={i === 0} job={job} actions={actions} />
            ))}
            <CopyButton
              small={false}
              text={() => reportOf(job, config.data?.version, lines)}
              done="Report copied"
            >
              Copy report
            </CopyButton>
          </div>
        </div>
      </div>
      {lines.length > 0 && (
        <details open className="px-4 py-2">
          <summary className="py-1 text-xs text-muted">
            {lines.length === 1 ? 'The last line of the log' : `The last ${lines.length} lines of the log`}
          </summary>
          <pre
            ref={toEnd}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
            tabIndex={0}
            className="max-h-64 overflow-auto py-1 font-mono text-code whitespace-pre-wrap"
          >
            {lines.map(({ n, line }) => (
              <div key={n}>{plainName(line, 2_000)}</div>
            ))}
          </pre>
        </details>
      )}
    </section>
  )
}

/** The last line is the one that tells. */
function toEnd(element: HTMLElement | null) {
  if (element) element.scrollTop = element.scrollHeight
}

type WayProps = { way: FailureAction; first: boolean; job: Job; actions: JobActions }

function Way({ way, first, job, actions }: WayProps) {
  const variant = first ? 'primary' : 'secondary'
  switch (way.kind) {
    case 'resume': {
      const step = job.progress?.step
      return (
        <Button
          variant={variant}
          busy={actions.resume.isPending}
          onClick={() => actions.resume.mutate(way.hours === undefined ? undefined : way.hours * 3_600)}
        >
          {way.hours !== undefined
            ? `Resume with +${way.hours} h`
            : step
              ? `Resume from about step ${step}`
              : 'Resume'}
        </Button>
      )
    }
    case 'retry':
      return (
        <Button variant={variant} busy={actions.retry.isPending} onClick={() => actions.retry.mutate()}>
          Start again
        </Button>
      )
    case 'train':
      return (
        <LinkButton variant={variant} to={`${actions.cloneTo}${way.query ? `&${way.query}` : ''}`}>
          {way.label}
        </LinkButton>
      )
    case 'dataset':
      return (
        <LinkButton variant={variant} to={`/datasets/${job.dataset_id}${way.query ? `?${way.query}` : ''}`}>
          {way.label}
        </LinkButton>
      )
  }
}
