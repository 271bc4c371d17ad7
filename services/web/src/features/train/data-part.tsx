import type { UseQueryResult } from '@tanstack/react-query'
import type { Dataset } from '@trainyard/contracts/dataset'
import type { TaskKind } from '@trainyard/contracts/training'
import { Card } from '../../ui/card.tsx'
import { DatasetPicker } from './dataset-picker.tsx'
import { DatasetProblem } from './dataset-problem.tsx'
import { FeaturesLine } from './features-line.tsx'
import { Findings } from './findings.tsx'
import type { PartProps } from './part.ts'
import { TargetFields } from './target-fields.tsx'

type Props = PartProps & {
  query: UseQueryResult<Dataset>
  task: TaskKind
  onDataset: (id: string) => void
}

/** Which rows, which column to predict, from which others. */
export function DataPart(props: Props) {
  const { form, errors, query, onDataset } = props
  const dataset = query.data
  const wrong = errors.find(({ pointer }) => pointer === '/dataset')?.message
  return (
    <Card title="1 Data">
      <div className="flex flex-col gap-4">
        <DatasetPicker id={form.dataset} dataset={dataset} error={wrong} onChoose={onDataset} />
        <DatasetProblem id={form.dataset} query={query} />
        {dataset?.status === 'ready' && !query.isError && (
          <>
            <TargetFields {...props} dataset={dataset} />
            <FeaturesLine {...props} dataset={dataset} />
            <Findings {...props} dataset={dataset} />
          </>
        )}
      </div>
    </Card>
  )
}
