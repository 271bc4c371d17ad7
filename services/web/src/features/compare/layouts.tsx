import { useQuery } from '@tanstack/react-query'
import { architecturesQuery } from '../../api/catalogue.ts'
import { Card } from '../../ui/card.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { readView, VIEW_WORDS, VIEWS } from './compare-view.ts'
import { factsOf } from './facts.ts'
import { Overlay } from './overlay.tsx'
import { Parallel } from './parallel.tsx'
import { Scatter } from './scatter.tsx'
import { withSetting } from './selection.ts'
import type { Lift } from './use-lift.ts'
import type { Run } from './use-runs.ts'

type Props = {
  runs: readonly Run[]
  params: URLSearchParams
  onChange: (next: URLSearchParams) => void
  lift: Lift
}

/** The runs over each other: as curves, as points of a setting and a score, or as lines over all that differs. */
export function Layouts({ runs, params, onChange, lift }: Props) {
  const { data: catalogue = [] } = useQuery(architecturesQuery())
  const { view } = readView(params)
  const facts = factsOf(runs, catalogue)
  const plot = { runs, facts, params, onChange, lift }
  return (
    <Card title="Over each other">
      <div className="mb-3">
        <Tabs
          label="How the runs are laid out"
          current={view}
          tabs={VIEWS.map((id) => ({
            id,
            label: VIEW_WORDS[id],
            to: { search: withSetting(params, 'view', id === 'overlay' ? undefined : id).toString() }
          }))}
        />
      </div>
      {view === 'overlay' && (
        <Overlay key={runs.length} runs={runs} params={params} onChange={onChange} lift={lift} />
      )}
      {view === 'scatter' && <Scatter {...plot} />}
      {view === 'parallel' && <Parallel {...plot} />}
    </Card>
  )
}
