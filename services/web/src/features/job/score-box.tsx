import { useQuery } from '@tanstack/react-query'
import type { Job } from '@trainyard/contracts/training'
import { decimal, integer } from '../../format/numbers.ts'
import { Card } from '../../ui/card.tsx'
import { metricsFileQuery } from './metrics-file.ts'
import { scoresOf } from './scores.ts'

/** What the model is worth: its score on rows that it never saw, beside one that learned nothing. */
export function ScoreBox({ job }: { job: Job }) {
  const scores = scoresOf(job.metrics)
  const file = useQuery({ ...metricsFileQuery(job.id), enabled: scores.length > 0 })
  if (scores.length === 0) return null
  const baseline = job.metrics.baseline?.name
  return (
    <Card title="On the test rows" flush>
      <div className="overflow-x-auto">
        <table className="w-full text-left">
          <thead>
            <tr className="text-xs text-muted">
              <th scope="col" className="px-4 py-2 font-normal">
                Score
              </th>
              <th scope="col" className="px-4 py-2 text-right font-normal">
                This model
              </th>
              <th scope="col" className="px-4 py-2 text-right font-normal">
                Baseline{typeof baseline === 'string' ? `: ${baseline}` : ''}
              </th>
            </tr>
          </thead>
          <tbody>
            {scores.map(({ name, test, baseline: reference }) => (
              <tr key={name} className="border-t border-line">
                <th scope="row" className="px-4 py-1.5 font-normal">
                  {name.replaceAll('_', ' ')}
                </th>
                <td className="px-4 py-1.5 text-right font-semibold">{decimal(test, 4)}</td>
                <td className="px-4 py-1.5 text-right text-muted">{decimal(reference, 4)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="border-t border-line px-4 py-2 text-xs text-muted">
        {file.data?.rows === undefined
          ? 'Measured on rows that the training never saw.'
          : `Measured on ${integer(file.data.rows)} rows that the training never saw.${smallness(file.data.rows)}`}
      </p>
    </Card>
  )
}

/** Two standard errors of a share, each at most 1 / (2 √n). */
function smallness(rows: number): string {
  if (rows >= 1_000 || rows <= 0) return ''
  const points = Math.ceil(100 / Math.sqrt(rows))
  return ` With so few, a share can be off by ${points} points either way.`
}
