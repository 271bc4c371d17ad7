import { useQuery } from '@tanstack/react-query'
import type { Dataset } from '@trainyard/contracts/dataset'
import { previewQuery } from '../../api/datasets.ts'
import { counted, integer } from '../../format/numbers.ts'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { RowsGrid } from './rows-grid.tsx'

/** The first rows, as they were typed. */
export function RowsTab({ dataset }: { dataset: Dataset }) {
  const preview = useQuery(previewQuery(dataset.id))
  if (preview.isPending) return <SkeletonRows rows={10} label="Loading rows" />
  if (preview.isError) return <ErrorCard error={preview.error} onRetry={() => void preview.refetch()} />
  const { columns, rows } = preview.data
  if (rows.length === 0) {
    return (
      <Card>
        <EmptyState title="No row is small enough to be shown">Download the file to look at it.</EmptyState>
      </Card>
    )
  }
  const cut = dataset.columns.length > columns.length
  const types = new Map(dataset.columns.map(({ name, type }) => [name, type]))
  return (
    <div className="flex flex-col gap-2">
      <p className="text-muted">
        {`The first ${counted(rows.length, 'row')} of ${integer(dataset.rows)}`}
        {cut && `, and the first ${counted(columns.length, 'column')} of ${integer(dataset.columns.length)}`}.
        A hatched cell is missing.
      </p>
      <RowsGrid columns={columns} rows={rows} typeOf={(name) => types.get(name)} />
    </div>
  )
}
