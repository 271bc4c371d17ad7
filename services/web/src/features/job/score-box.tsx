import { useQuery } from '@tanstack/react-query'
import type { Job } from '@trainyard/contracts/training'
import { metricName } from '../../format/metric-name.ts'
import { decimal, integer } from '../../format/numbers.ts'
import { metricsFileQuery } from './metrics-file-query.ts'
import { scoresOf } from './scores.ts'

/** What the model is worth: its score on rows that it never saw, beside what simpler ones get there. */
export function ScoreBox({ job }: { job: Job }) {
  const hasScores = job.metrics.test !== null
  const file = useQuery({ ...metricsFileQuery(job.id), enabled: hasScores })
  const scores = scoresOf(job.metrics, file.data?.baselines)
  if (scores.length === 0) return null
  const rows = file.data?.rows
  return (
    <section
      aria-label="Scores on the test rows"
      className="rounded-lg border border-line bg-surface px-4 py-3 shadow-card"
    >
      <h2 className="text-sm font-semibold">
        On test rows
        <span className="font-normal text-muted"> that the training never saw, beside simpler models</span>
      </h2>
      <dl className="mt-2 grid grid-cols-2 gap-x-8 gap-y-2 sm:flex sm:flex-wrap">
        {scores.map(({ name, test, baselines }) => (
          <div key={name} className="min-w-24">
            <dt className="text-xs text-muted">{metricName(name)}</dt>
            <dd className="text-base font-semibold">{decimal(test, 4)}</dd>
            {baselines.map((one) => (
              <dd key={one.name} className="text-xs text-muted">
                {one.name} {decimal(one.value, 4)}
              </dd>
            ))}
          </div>
        ))}
      </dl>
      {/* Its line is kept free until the report is there: nothing below moves. */}
      <p className="mt-1 min-h-4 text-xs text-muted">
        {rows !== undefined && `${integer(rows)} test rows. ${smallness(rows)}`}
      </p>
    </section>
  )
}

/** Two standard errors of a share, each at most 1 / (2 √n). */
function smallness(rows: number): string {
  if (rows >= 1_000 || rows <= 0) return ''
  const points = Math.ceil(100 / Math.sqrt(rows))
  return `With so few rows, a share can be off by ${points} points either way.`
}
