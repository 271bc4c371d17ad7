import { useInfiniteQuery } from '@tanstack/react-query'
import {
  Database,
  FlaskConical,
  LayoutDashboard,
  ListChecks,
  type LucideIcon,
  Scale,
  Search,
  Settings,
  Upload
} from 'lucide-react'
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react'
import { useNavigate } from 'react-router'
import { datasetsQuery } from '../api/datasets.ts'
import { jobsQuery } from '../api/jobs.ts'
import { cx } from '../ui/cx.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Name, plainName } from '../ui/name.tsx'

type Entry = { id: string; label: string; kind: string; to: string; icon: LucideIcon }
const PAGES: Entry[] = [
  { id: 'train', label: 'New training', kind: 'Action', to: '/train', icon: FlaskConical },
  { id: 'upload', label: 'Upload a dataset', kind: 'Action', to: '/datasets/new', icon: Upload },
  { id: 'overview', label: 'Overview', kind: 'Page', to: '/', icon: LayoutDashboard },
  { id: 'datasets', label: 'Datasets', kind: 'Page', to: '/datasets', icon: Database },
  { id: 'jobs', label: 'Jobs', kind: 'Page', to: '/jobs', icon: ListChecks },
  { id: 'compare', label: 'Compare runs', kind: 'Page', to: '/compare', icon: Scale },
  { id: 'settings', label: 'Settings', kind: 'Page', to: '/settings', icon: Settings }
]
const FOUND = 6

/** Jump to a page, a job or a dataset by a part of its name (WAI-ARIA combobox with a list). */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const list = useId()
  const navigate = useNavigate()
  const entries = useEntries(text)
  const active = Math.min(at, entries.length - 1)

  function open(entry: Entry | undefined) {
    if (!entry) return
    onClose()
    void navigate(entry.to)
  }
  function press(event: KeyboardEvent) {
    const moves: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: -1 }
    const to = moves[event.key]
    if (to !== undefined && entries.length > 0) {
      event.preventDefault()
      setAt((to + entries.length) % entries.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      open(entries[active])
    }
  }

  return (
    <Dialog open onClose={onClose} title="Search or jump to">
      <div className="relative mt-2">
        <Search aria-hidden="true" className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted" />
        <input
          type="text"
          role="combobox"
          aria-label="A page, a job or a dataset"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={entries[active] && `${list}-${entries[active].id}`}
          autoComplete="off"
          spellCheck={false}
          placeholder="A page, a job or a dataset"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={press}
          className="control w-full !pl-8"
        />
      </div>
      <div id={list} role="listbox" aria-label="Results" className="-mx-2 mt-2">
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
          <div
            key={entry.id}
            id={`${list}-${entry.id}`}
            role="option"
            aria-selected={index === active}
            onClick={() => open(entry)}
            onPointerMove={() => setAt(index)}
            className={cx(
              'flex min-h-9 cursor-default items-center gap-3 rounded-md px-3',
              index === active && 'bg-sunken'
            )}
          >
            <entry.icon aria-hidden="true" className="size-4 shrink-0 text-muted" />
            <span className="min-w-0 flex-1">
              <Name truncate>{entry.label}</Name>
            </span>
            <span className="shrink-0 text-xs text-muted">{entry.kind}</span>
          </div>
        ))}
      </div>
      {entries.length === 0 && <p className="px-1 py-4 text-muted">Nothing is called that.</p>}
    </Dialog>
  )
}

function useEntries(text: string): Entry[] {
  const q = useDeferredValue(text.trim())
  const isSearch = q.length > 0
  const filters = { ...(isSearch ? { q: q.slice(0, 200) } : {}), limit: FOUND }
  const jobs = useInfiniteQuery({ ...jobsQuery(filters), placeholderData: (old) => old })
  const datasets = useInfiniteQuery({ ...datasetsQuery(filters), placeholderData: (old) => old })
  const has = (label: string) => plainName(label).toLowerCase().includes(q.toLowerCase())
  const found = [
    ...(jobs.data?.pages[0]?.items ?? []).map(({ id, name }) => ({
      id: `job-${id}`,
      label: name,
      kind: 'Job',
      to: `/jobs/${id}`,
      icon: ListChecks
    })),
    ...(datasets.data?.pages[0]?.items ?? []).map(({ id, name }) => ({
      id: `dataset-${id}`,
      label: name,
      kind: 'Dataset',
      to: `/datasets/${id}`,
      icon: Database
    }))
  ]
  return [...PAGES.filter(({ label }) => has(label)), ...(isSearch ? found : found.slice(0, 4))]
}
