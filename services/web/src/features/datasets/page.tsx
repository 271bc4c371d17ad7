import { useInfiniteQuery } from '@tanstack/react-query'
import type { DatasetSummary } from '@trainyard/contracts/dataset'
import { useCallback } from 'react'
import { useNavigate } from 'react-router'
import { datasetsQuery } from '../../api/datasets.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { FilterInput } from '../../ui/filter-input.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { useUrlFilter } from '../../ui/use-url-filter.ts'
import { ChooseFiles } from '../../uploads/choose-files.tsx'
import { DropTarget } from '../../uploads/drop-target.tsx'
import { uploads } from '../../uploads/uploads.ts'
import { DatasetRow } from './dataset-row.tsx'
import { DropZone } from './drop-zone.tsx'
import { UploadStrip } from './upload-strip.tsx'

const PAGE = 50
/** The feed tells of changes at once; this is for when it is away. */
const POLL_MS = 2_000
const isMoving = ({ status }: DatasetSummary) => status === 'uploading' || status === 'profiling'

export function Component() {
  const navigate = useNavigate()
  const { typed, setTyped, settled } = useUrlFilter('q')
  const q = settled.trim()
  const list = useInfiniteQuery({
    ...datasetsQuery({ limit: PAGE, ...(q === '' ? {} : { q }) }),
    placeholderData: (before) => before,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isMoving)) ? POLL_MS : false
  })
  const upload = useCallback(
    (files: File[]) => {
      uploads.add(files)
      void navigate('/datasets/new')
    },
    [navigate]
  )
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? []
  const isEmpty = list.isSuccess && rows.length === 0
  return (
    <DropTarget onFiles={upload}>
      <PageHeader title="Datasets" actions={<ChooseFiles onFiles={upload}>Upload</ChooseFiles>} />
      <UploadStrip />
      {(!isEmpty || q !== '') && (
        <FilterInput
          value={typed}
          onChange={setTyped}
          label="Filter datasets by name"
          className="mb-3 w-full max-w-80"
        />
      )}
      {list.isError && <ErrorCard error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <SkeletonRows rows={6} label="Loading datasets" />}
      {isEmpty && q === '' && <DropZone onFiles={upload} />}
      {isEmpty && q !== '' && <NothingFound q={q} onClear={() => setTyped('')} />}
      {rows.length > 0 && (
        <Card flush>
          <ul aria-label="Datasets" className="divide-y divide-line">
            {rows.map((dataset) => (
              <DatasetRow key={dataset.id} dataset={dataset} />
            ))}
          </ul>
        </Card>
      )}
      {list.hasNextPage && (
        <div className="mt-3 flex justify-center">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </DropTarget>
  )
}

function NothingFound({ q, onClear }: { q: string; onClear: () => void }) {
  return (
    <Card>
      <EmptyState
        title="No dataset has this in its name"
        actions={<Button onClick={onClear}>Clear the filter</Button>}
      >
        Nothing matches <bdi>“{q}”</bdi>.
      </EmptyState>
    </Card>
  )
}
