import { useInfiniteQuery } from '@tanstack/react-query'
import type { Dataset, DatasetSummary } from '@trainyard/contracts/dataset'
import { Upload } from 'lucide-react'
import { useEffect } from 'react'
import { Link } from 'react-router'
import { datasetsQuery } from '../../api/datasets.ts'
import { counted } from '../../format/numbers.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Combobox, type ComboOption } from '../../ui/combobox.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { Field } from '../../ui/field.tsx'
import { plainName } from '../../ui/name.tsx'

/** More datasets than this are not searched in here; the list of datasets leads to the form, too. */
const MOST_PAGES = 10

type Props = {
  id: string | null
  dataset: Dataset | undefined
  error: string | undefined
  onChoose: (id: string) => void
}

export function DatasetPicker({ id, dataset, error, onChoose }: Props) {
  const list = useInfiniteQuery(datasetsQuery({ limit: 100 }))
  const pages = list.data?.pages ?? []
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError } = list
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isError && pages.length < MOST_PAGES) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isError, pages.length, fetchNextPage])

  if (list.isError && pages.length === 0) {
    return <ErrorCard error={list.error} onRetry={() => void list.refetch()} />
  }
  const items = pages.flatMap((page) => page.items)
  if (list.isSuccess && items.length === 0 && id === null) return <NoDataset />
  const known = dataset && !items.some((item) => item.id === dataset.id) ? [dataset, ...items] : items
  return (
    <div className="grid items-start gap-x-6 gap-y-4 sm:grid-cols-2 xl:grid-cols-3">
      <div data-pointer="/dataset">
        <Field label="Dataset" error={error} hint={dataset && <DatasetLine dataset={dataset} />}>
          {(wiring) => (
            <Combobox
              {...wiring}
              value={known.some((item) => item.id === id) ? id : null}
              onChange={(chosen) => chosen !== null && onChoose(chosen)}
              options={known.map(option)}
              placeholder={list.isPending ? 'Loading…' : 'Choose a dataset'}
              empty="No dataset has such a name"
            />
          )}
        </Field>
      </div>
    </div>
  )
}

function option({ id, name, status, rows }: DatasetSummary): ComboOption {
  const detail =
    status === 'ready' ? counted(rows ?? 0, 'row') : status === 'invalid' ? 'could not be read' : status
  return { value: id, label: plainName(name, 120), detail }
}

function DatasetLine({ dataset }: { dataset: Dataset }) {
  return (
    <>
      {dataset.status === 'ready' &&
        `${counted(dataset.rows ?? 0, 'row')}, ${counted(dataset.columns.length, 'column')} · `}
      <Link to={`/datasets/${dataset.id}`} className="inline-flex min-h-6 items-center underline">
        Look at the data
      </Link>
    </>
  )
}

const NoDataset = () => (
  <EmptyState
    icon={<Upload className="size-8" />}
    title="There is no dataset yet"
    actions={
      <>
        <LinkButton variant="primary" to="/datasets/new">
          Upload a file
        </LinkButton>
        <LinkButton to="/">Use the sample data</LinkButton>
      </>
    }
  >
    A table as CSV, TSV, JSON or JSONL: one row for each example, one column to predict.
  </EmptyState>
)
