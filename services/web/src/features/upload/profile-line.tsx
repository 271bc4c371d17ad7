import { useQuery } from '@tanstack/react-query'
import type { ColumnProfile } from '@trainyard/contracts/dataset'
import type { ReactNode } from 'react'
import { datasetQuery } from '../../api/datasets.ts'
import { counted, integer } from '../../format/numbers.ts'
import { LinkButton } from '../../ui/button.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { Name, plainName } from '../../ui/name.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

const POLL_MS = 1_000
/** Columns named in the card; the dataset's page has them all. */
const SHOWN = 24

/** The stored dataset: being read (with `children`, what is known meanwhile), its columns, or what is wrong inside. */
export function ProfileLine({ datasetId, children }: { datasetId: string; children: ReactNode }) {
  const dataset = useQuery({
    ...datasetQuery(datasetId),
    refetchInterval: ({ state }) =>
      state.data?.status === 'ready' || state.data?.status === 'invalid' ? false : POLL_MS
  })
  if (dataset.isPending) return null
  if (!dataset.data) return <ErrorCard error={dataset.error} onRetry={() => void dataset.refetch()} />
  const { id, status, rows, columns, error } = dataset.data
  const isReading = status === 'uploading' || status === 'profiling'
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-2">
        <StateBadge state={status} />
        {status === 'ready' && `${counted(rows ?? 0, 'row')} · ${counted(columns.length, 'column')}`}
        {status === 'invalid' && (
          <bdi className="min-w-0">{plainName(error?.message ?? 'The file could not be read.', 1_000)}</bdi>
        )}
        {isReading && 'Reading every row: types, missing values, ranges …'}
      </p>
      {isReading && children}
      {status === 'ready' && <ColumnChips columns={columns} rows={rows ?? 0} />}
      <div className="flex flex-wrap gap-2">
        {status === 'ready' && (
          <LinkButton small variant="primary" to={`/train?dataset=${id}`}>
            Train a model
          </LinkButton>
        )}
        <LinkButton small to={`/datasets/${id}`}>
          {status === 'invalid' ? 'See what to do' : 'Open the dataset'}
        </LinkButton>
      </div>
    </div>
  )
}

function ColumnChips({ columns, rows }: { columns: ColumnProfile[]; rows: number }) {
  return (
    <ul aria-label="Columns" className="flex flex-wrap gap-1.5">
      {columns.slice(0, SHOWN).map(({ name, type, missing }) => (
        <li
          key={name}
          className="inline-flex max-w-72 min-w-0 items-center gap-1.5 rounded-md border border-line px-2 py-0.5 text-xs"
        >
          <Name truncate className="min-w-0 font-semibold">
            {name}
          </Name>
          <span className="text-muted">
            {type}
            {missing > 0 && `, ${integer(missing)} of ${integer(rows)} missing`}
          </span>
        </li>
      ))}
      {columns.length > SHOWN && (
        <li className="px-1 py-0.5 text-xs text-muted">{`and ${counted(columns.length - SHOWN, 'more column')}`}</li>
      )}
    </ul>
  )
}
