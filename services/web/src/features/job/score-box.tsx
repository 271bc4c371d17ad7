import { useQuery } from '@tanstack/react-query'
import type { Job } from '@trainyard/contracts/training'
import { decimal, integer } from '../../format/numbers.ts'
import { metricsFileQuery } from './metrics-file.ts'
import { scoresOf } from './scores.ts'

/** What the model is worth: its score on rows that it never saw, beside one that learned nothing. */
export function ScoreBox({ job }: { job: Job }) {
  const scores = scoresOf(job.metrics)
  const file = useQuery({ ...metricsFileQuery(job.id), enabled: scores.length > 0 })
  if (scores.length === 0) return null
  const baseline = job.metrics.baseline?.name
  return (
    <section
      aria-label="Scores on the test rows"
      className="rounded-lg border border-line bg-surface px-4 py-3 shadow-card"
    >
      <h2 className="text-sm font-semibold">
        On {file.data?.rows === undefined ? 'the' : integer(file.data.rows)} test rows
        <span className="font-normal text-muted">
          {' '}
          that the training never saw, beside {typeof baseline === 'string' ? `"${baseline}"` : 'a baseline'}{' '}
          that learned nothing
        </span>
      </h2>
      <dl className="mt-2 flex flex-wrap gap-x-8 gap-y-2">
        {scores.map(({ name, test, baseline: reference }) => (
          <div key={name} className="min-w-20">
            <dt className="text-xs text-muted">{name.replaceAll('_', ' ')}</dt>
            <dd>
              <span className="text-base font-semibold">{decimal(test, 4)}</span>
              {reference !== undefined && (
                <span className="text-muted">
                  {' '}
                  <span className="sr-only">baseline</span>
                  <span aria-hidden="true">/</span> {decimal(reference, 4)}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {file.data?.rows !== undefined && (
        <p className="mt-1 text-xs text-muted">{smallness(file.data.rows)}</p>
      )}
    </section>
  )
}

/** Two standard errors of a share, each at most 1 / (2 √n). */
function smallness(rows: number): string {
  if (rows >= 1_000 || rows <= 0) return ''
  const points = Math.ceil(100 / Math.sqrt(rows))
  return `With so few rows, a share can be off by ${points} points either way.`
}
