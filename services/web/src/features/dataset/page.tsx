import { useQuery } from '@tanstack/react-query'
import { ApiError } from '@trainyard/client/errors'
import type { Dataset } from '@trainyard/contracts/dataset'
import { useParams, useSearchParams } from 'react-router'
import { datasetQuery } from '../../api/datasets.ts'
import { LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { ColumnsTab } from './columns-tab.tsx'
import { FindingsCard } from './findings-card.tsx'
import { Header } from './header.tsx'
import { InvalidCard } from './invalid-card.tsx'
import { ReadingCard } from './reading-card.tsx'
import { RowsTab } from './rows-tab.tsx'
import { UsedByTab } from './used-by-tab.tsx'

const POLL_MS = 1_000
const TABS = ['columns', 'rows', 'used-by'] as const
type TabId = (typeof TABS)[number]
const CRUMBS = [{ label: 'Datasets', to: '/datasets' }]

export function Component() {
  const { id = '' } = useParams()
  const query = useQuery({
    ...datasetQuery(id),
    refetchInterval: ({ state }) =>
      state.data && state.data.status !== 'ready' && state.data.status !== 'invalid' ? POLL_MS : false
  })
  const { data, error } = query
  if (error instanceof ApiError && error.status === 404) return <Missing />
  if (!data) {
    return (
      <>
        <PageHeader title="Dataset" crumbs={CRUMBS} />
        {error ? <ErrorCard error={error} onRetry={() => void query.refetch()} /> : <Loading />}
      </>
    )
  }
  return (
    <>
      <Header dataset={data} crumbs={CRUMBS} />
      {error && (
        <div className="pb-4">
          <ErrorCard error={error} onRetry={() => void query.refetch()} />
        </div>
      )}
      <Body key={data.id} dataset={data} />
    </>
  )
}

function Body({ dataset }: { dataset: Dataset }) {
  const [params] = useSearchParams()
  const tab: TabId = TABS.find((known) => known === params.get('tab')) ?? 'columns'
  const { status } = dataset
  if (status === 'invalid') return <InvalidCard dataset={dataset} />
  if (status !== 'ready') return <ReadingCard dataset={dataset} />
  /** A tab keeps what was left out, and forgets the filter of the one before. */
  const to = (next: TabId) => {
    const search = new URLSearchParams(params.getAll('leave').map((name) => ['leave', name]))
    if (next !== 'columns') search.set('tab', next)
    return { search: search.toString() }
  }
  return (
    <div className="flex flex-col gap-4">
      <FindingsCard dataset={dataset} />
      <Tabs
        label="Parts of the dataset"
        current={tab}
        tabs={[
          { id: 'columns', label: 'Columns', to: to('columns'), count: dataset.columns.length },
          { id: 'rows', label: 'Rows', to: to('rows') },
          { id: 'used-by', label: 'Used by', to: to('used-by') }
        ]}
      />
      {tab === 'columns' && <ColumnsTab dataset={dataset} />}
      {tab === 'rows' && <RowsTab dataset={dataset} />}
      {tab === 'used-by' && <UsedByTab datasetId={dataset.id} />}
    </div>
  )
}

function Loading() {
  return (
    <div
      role="status"
      aria-label="Loading the dataset"
      className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-3"
    >
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <Skeleton key={key} className="h-40" />
      ))}
    </div>
  )
}

function Missing() {
  return (
    <>
      <PageHeader title="No such dataset" crumbs={CRUMBS} />
      <Card>
        <EmptyState
          title="There is no such dataset"
          actions={
            <LinkButton variant="primary" to="/datasets">
              All datasets
            </LinkButton>
          }
        >
          It may have been deleted, or the link is incomplete.
        </EmptyState>
      </Card>
    </>
  )
}
