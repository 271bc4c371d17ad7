import { useQuery } from '@tanstack/react-query'
import type { Job } from '@trainyard/contracts/training'
import { useSearchParams } from 'react-router'
import { architecturesQuery } from '../../api/catalogue.ts'
import { jobQuery } from '../../api/jobs.ts'
import { Card } from '../../ui/card.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { plainName } from '../../ui/name.tsx'
import { Select } from '../../ui/select.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { type ConfigRow, configRows, valueText } from './config-rows.ts'

/** What the job runs with: what somebody changed first, each beside its default. */
export function ConfigTab({ job }: { job: Job }) {
  const catalogue = useQuery(architecturesQuery())
  const [params, setParams] = useSearchParams()
  const parent = useQuery({ ...jobQuery(job.cloned_from ?? ''), enabled: job.cloned_from !== null })
  if (catalogue.isPending) return <SkeletonRows rows={8} label="Loading the settings" />
  const architecture = catalogue.data?.find(({ id }) => id === job.model.architecture)
  const rows = configRows(job, architecture)
  const beside = job.cloned_from !== null && params.get('beside') === 'parent' ? 'parent' : 'default'
  const before = parent.data
    ? configRows(
        parent.data,
        catalogue.data?.find(({ id }) => id === parent.data?.model.architecture)
      )
    : []
  const besideOf = ({ name, usual }: ConfigRow) =>
    beside === 'default' ? usual : before.find((row) => row.name === name)?.value
  const changed = rows.filter((row) => row.changed).length
  return (
    <div className="flex flex-col gap-4">
      {catalogue.error && <ErrorCard error={catalogue.error} onRetry={() => void catalogue.refetch()} />}
      {beside === 'parent' && parent.error !== null && (
        <ErrorCard error={parent.error} onRetry={() => void parent.refetch()} />
      )}
      <Card
        title={`${architecture?.title ?? job.model.architecture}: ${changed} changed of ${rows.length}`}
        flush
        actions={
          job.cloned_from !== null && (
            <Select
              aria-label="Beside the values"
              className="w-48"
              value={beside}
              options={[
                { value: 'default', label: 'Beside defaults' },
                { value: 'parent', label: 'Beside the parent' }
              ]}
              onChange={(value) =>
                setParams(
                  (now) => {
                    if (value === 'parent') now.set('beside', value)
                    else now.delete('beside')
                    return now
                  },
                  { replace: true, preventScrollReset: true }
                )
              }
            />
          )
        }
      >
        <div className="overflow-x-auto">
          <table className="w-full text-left">
            <thead>
              <tr className="text-xs text-muted">
                <th scope="col" className="px-4 py-2 font-normal">
                  Setting
                </th>
                <th scope="col" className="px-4 py-2 font-normal max-sm:px-2">
                  Value
                </th>
                <th scope="col" className="px-4 py-2 font-normal max-sm:px-2">
                  {beside === 'parent' ? 'Parent' : 'Default'}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const { name, title, value, changed: isChanged, help } = row
                const other = besideOf(row)
                const differs = beside === 'parent' && valueText(other) !== valueText(value)
                return (
                  <tr key={name} className="border-t border-line align-top">
                    <th scope="row" className="px-4 py-1.5 font-normal">
                      {title} {isChanged && <span className="text-xs text-accent">changed</span>}
                      {differs && <span className="text-xs text-warning"> differs from the parent</span>}
                      {help && (
                        <span className="block max-w-prose text-xs text-muted max-sm:hidden">{help}</span>
                      )}
                    </th>
                    <td className="px-4 py-1.5 font-mono text-code wrap-break-word max-sm:px-2">
                      <span className={isChanged ? 'font-semibold' : undefined}>
                        {plainName(valueText(value))}
                      </span>
                    </td>
                    <td className="px-4 py-1.5 font-mono text-code wrap-break-word text-muted max-sm:px-2">
                      {other === undefined ? '' : plainName(valueText(other))}
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      </Card>
    </div>
  )
}
