import { useQuery } from '@tanstack/react-query'
import type { Dataset } from '@trainyard/contracts/dataset'
import { useSearchParams } from 'react-router'
import { previewQuery } from '../../api/datasets.ts'
import { counted, integer } from '../../format/numbers.ts'
import { Banner } from '../../ui/banner.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { rowOfLine } from './row-of-line.ts'
import { RowsGrid } from './rows-grid.tsx'

/** The first rows, as they were typed. */
export function RowsTab({ dataset }: { dataset: Dataset }) {
  const preview = useQuery(previewQuery(dataset.id))
  const [params] = useSearchParams()
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
  const asked = params.get('line')
  const line = /^[1-9]\d{0,11}$/.test(asked ?? '') ? Number(asked) : undefined
  const marked = line === undefined ? undefined : rowOfLine(line, dataset.format, rows)
  const types = new Map(dataset.columns.map(({ name, type }) => [name, type]))
  return (
    <div className="flex flex-col gap-2">
      <p className="text-muted">
        {`The first ${counted(rows.length, 'row')} of ${integer(dataset.rows)}`}
        {cut && `, and the first ${counted(columns.length, 'column')} of ${integer(dataset.columns.length)}`}.
        A hatched cell is missing.
      </p>
      {line !== undefined && (
        <Banner tone="warning" title={`Line ${integer(line)} of the file`}>
          {typeof marked === 'number'
            ? `It is marked below, as row ${integer(marked + 1)}.`
            : marked === 'past'
              ? 'It comes after the rows that are shown here. Download the file to look at it.'
              : 'It is no row of its own. Download the file to look at it.'}
        </Banner>
      )}
      <RowsGrid
        columns={columns}
        rows={rows}
        typeOf={(name) => types.get(name)}
        marked={typeof marked === 'number' ? marked : undefined}
      />
    </div>
  )
}
