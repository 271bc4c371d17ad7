import { isTerminal } from '@trainyard/contracts/terminal'
import { Link } from 'lucide-react'
import { useSearchParams } from 'react-router'
import { useCopyLink } from '../../jobs/use-copy-link.ts'
import { useJobLive } from '../../live/use-job-live.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { CompareTable } from './compare-table.tsx'
import { compareHolds } from './compare-view.ts'
import { Layouts } from './layouts.tsx'
import { RunPicker } from './run-picker.tsx'
import { MOST_RUNS, parseSelection } from './selection.ts'
import { useLift } from './use-lift.ts'
import { useRuns } from './use-runs.ts'

/** Which run is better, and why. The address holds everything: runs, base, and how the chart is shown. */
export function Component() {
  const [params, setParams] = useSearchParams()
  const selection = parseSelection(params)
  const runs = useRuns(selection.ids)
  const change = (next: URLSearchParams) => setParams(next, { replace: true, preventScrollReset: true })
  const lift = useLift(params, change)
  const copyLink = useCopyLink(compareHolds(params))
  const enough = selection.ids.length >= 2
  return (
    <>
      <PageHeader
        title={enough ? `Compare ${selection.ids.length} runs` : 'Compare runs'}
        crumbs={[{ label: 'Jobs', to: '/jobs' }]}
        actions={
          enough && (
            <Button icon={<Link aria-hidden="true" className="size-4" />} title="y" onClick={copyLink}>
              Copy link
            </Button>
          )
        }
      />
      <div className="flex flex-col gap-4">
        {selection.left > 0 && (
          <Banner tone="warning" title="Not everything in this address is shown">
            Up to {MOST_RUNS} runs can be compared; {selection.left} more or misspelt ones were left out.
          </Banner>
        )}
        {enough && <Layouts runs={runs} params={params} onChange={change} lift={lift} />}
        {selection.ids.length > 0 && (
          <CompareTable runs={runs} base={selection.base} params={params} onChange={change} lift={lift} />
        )}
        <RunPicker params={params} onChange={change} />
      </div>
      {runs.map(({ id, job }) => job && !isTerminal(job.state) && <Follow key={id} id={id} />)}
    </>
  )
}

/** Leads a live run's state and scores into its query for as long as it goes on. */
function Follow({ id }: { id: string }) {
  useJobLive(id)
  return null
}
