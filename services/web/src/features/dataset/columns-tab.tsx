import type { Dataset } from '@trainyard/contracts/dataset'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { counted } from '../../format/numbers.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterInput } from '../../ui/filter-input.tsx'
import { useUrlFilter } from '../../ui/use-url-filter.ts'
import { ColumnCard } from './column-card.tsx'
import { summaryOf } from './column-stats.ts'
import { CARDS, type Sort, sortFrom, sortText, visibleColumns } from './column-view.ts'
import { ColumnsTable } from './columns-table.tsx'
import { trainLink } from './train-link.ts'
import { useLeftOut } from './use-left-out.ts'

/** Every column: cards, or where there are many a table that sorts. */
export function ColumnsTab({ dataset }: { dataset: Dataset }) {
  const [params, setParams] = useSearchParams()
  const { typed, setTyped } = useUrlFilter('q')
  const { left, toggle } = useLeftOut()
  const { id, columns, rows } = dataset
  const sort = sortFrom(params.get('sort'))
  const summaries = useMemo(() => columns.map((column) => summaryOf(column, rows ?? 0)), [columns, rows])
  // What is typed counts at once: all columns are here.
  const visible = visibleColumns(summaries, typed, sort)
  const setSort = (next: Sort) =>
    setParams(
      (now) => {
        const search = new URLSearchParams(now)
        const text = sortText(next)
        if (text === null) search.delete('sort')
        else search.set('sort', text)
        return search
      },
      { replace: true, preventScrollReset: true }
    )
  const propsOf = (summary: (typeof summaries)[number]) => ({
    summary,
    left: left.has(summary.name),
    onToggle: () => toggle(summary.name),
    targetLink: trainLink(id, {
      target: summary.name,
      leave: [...left].filter((name) => name !== summary.name)
    })
  })
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <FilterInput
          value={typed}
          onChange={setTyped}
          label="Filter columns by name"
          className="w-full max-w-80"
        />
        <p role="status" className="text-muted">
          {typed.trim() === '' ? '' : `${counted(visible.length, 'column')} of ${summaries.length}`}
        </p>
      </div>
      {visible.length === 0 && (
        <Card>
          <EmptyState
            title="No column has this in its name"
            actions={<Button onClick={() => setTyped('')}>Clear the filter</Button>}
          />
        </Card>
      )}
      {visible.length > 0 && summaries.length > CARDS && (
        <ColumnsTable rows={visible.map(propsOf)} sort={sort} onSort={setSort} />
      )}
      {visible.length > 0 && summaries.length <= CARDS && (
        <ul
          aria-label="Columns"
          className="grid grid-cols-[repeat(auto-fill,minmax(min(15rem,100%),1fr))] gap-3"
        >
          {visible.map((summary) => (
            <ColumnCard key={summary.name} {...propsOf(summary)} />
          ))}
        </ul>
      )}
    </div>
  )
}
