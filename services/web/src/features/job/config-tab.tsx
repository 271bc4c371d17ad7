import { useQuery } from '@tanstack/react-query'
import type { Job } from '@trainyard/contracts/training'
import { architecturesQuery } from '../../api/catalogue.ts'
import { Card } from '../../ui/card.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { plainName } from '../../ui/name.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { configRows, valueText } from './config-rows.ts'

/** What the job runs with: what somebody changed first, each beside its default. */
export function ConfigTab({ job }: { job: Job }) {
  const catalogue = useQuery(architecturesQuery())
  if (catalogue.isPending) return <SkeletonRows rows={8} label="Loading the settings" />
  const architecture = catalogue.data?.find(({ id }) => id === job.model.architecture)
  const rows = configRows(job, architecture)
  const changed = rows.filter((row) => row.changed).length
  return (
    <div className="flex flex-col gap-4">
      {catalogue.error && <ErrorCard error={catalogue.error} onRetry={() => void catalogue.refetch()} />}
      <Card
        title={`${architecture?.title ?? job.model.architecture}: ${changed} changed of ${rows.length}`}
        flush
      >
        <div className="overflow-x-auto">
          <table className="w-full text-left">
            <thead>
              <tr className="text-xs text-muted">
                <th scope="col" className="px-4 py-2 font-normal">
                  Setting
                </th>
                <th scope="col" className="px-4 py-2 font-normal">
                  Value
                </th>
                <th scope="col" className="px-4 py-2 font-normal">
                  Default
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, title, value, usual, changed: isChanged, help }) => (
                <tr key={name} className="border-t border-line align-top">
                  <th scope="row" className="px-4 py-1.5 font-normal">
                    {title} {isChanged && <span className="text-xs text-accent">changed</span>}
                    {help && (
                      <span className="block max-w-prose text-xs text-muted max-sm:hidden">{help}</span>
                    )}
                  </th>
                  <td className="px-4 py-1.5 font-mono text-code">
                    <span className={isChanged ? 'font-semibold' : undefined}>
                      {plainName(valueText(value))}
                    </span>
                  </td>
                  <td className="px-4 py-1.5 font-mono text-code text-muted">
                    {usual === undefined ? '' : plainName(valueText(usual))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
    </div>
  )
}
