import type { DatasetSummary } from '@trainyard/contracts/dataset'
import { Download, Ellipsis, Pencil, Play, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { DeleteDataset } from '../../datasets/delete-dataset.tsx'
import { RenameDataset } from '../../datasets/rename-dataset.tsx'
import { useDatasetDownload } from '../../datasets/use-dataset-download.ts'
import { bytes, counted } from '../../format/numbers.ts'
import { ago } from '../../format/times.ts'
import { IconButton, LinkButton } from '../../ui/button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx'
import { Name, plainName } from '../../ui/name.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'

/** One dataset of the list. A dialog of a row lives with it, so that a change of the list does not close it. */
export function DatasetRow({ dataset }: { dataset: DatasetSummary }) {
  const [open, setOpen] = useState<'rename' | 'delete'>()
  const download = useDatasetDownload(dataset)
  const { id, name, status } = dataset
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-4 py-2 hover:bg-sunken md:grid-cols-[7rem_minmax(0,1fr)_minmax(0,24rem)_6rem_auto]">
      <StateBadge state={status} className="w-fit max-md:order-1 max-md:col-start-1" />
      <Link
        to={`/datasets/${id}`}
        className="min-w-0 font-semibold text-ink max-md:col-span-1 max-md:col-start-1"
      >
        <Name truncate>{name}</Name>
      </Link>
      <div className="min-w-0 text-muted max-md:order-2 max-md:col-span-2">
        <Facts dataset={dataset} />
      </div>
      <time
        dateTime={dataset.created_at}
        className="text-muted max-md:order-3 max-md:hidden md:text-right"
        title={new Date(dataset.created_at).toLocaleString('en')}
      >
        {ago(dataset.created_at, Date.now())}
      </time>
      <div className="max-md:col-start-2 max-md:row-span-2 max-md:row-start-1">
        <Menu
          trigger={
            <IconButton label={`Actions for ${plainName(name, 60)}`}>
              <Ellipsis aria-hidden="true" className="size-4" />
            </IconButton>
          }
        >
          {status === 'ready' && (
            <MenuItem icon={<Play aria-hidden="true" className="size-4" />} to={`/train?dataset=${id}`}>
              Train a model
            </MenuItem>
          )}
          <MenuItem icon={<Download aria-hidden="true" className="size-4" />} onSelect={download}>
            Download
          </MenuItem>
          <MenuItem
            icon={<Pencil aria-hidden="true" className="size-4" />}
            onSelect={() => setOpen('rename')}
          >
            Rename
          </MenuItem>
          <MenuSeparator />
          <MenuItem
            danger
            icon={<Trash2 aria-hidden="true" className="size-4" />}
            onSelect={() => setOpen('delete')}
          >
            Delete
          </MenuItem>
        </Menu>
      </div>
      <RenameDataset dataset={dataset} open={open === 'rename'} onClose={() => setOpen(undefined)} />
      <DeleteDataset dataset={dataset} open={open === 'delete'} onClose={() => setOpen(undefined)} />
    </li>
  )
}

/** What matters in this state: its size, where reading stands, or what is wrong. */
function Facts({ dataset }: { dataset: DatasetSummary }) {
  const { status, rows, bytes: size, format, error, id } = dataset
  if (status === 'invalid') {
    return (
      <span className="flex items-center gap-x-3">
        <Name truncate className="min-w-0 flex-1">
          {error?.message ?? 'The file could not be read.'}
        </Name>
        <LinkButton small to={`/datasets/${id}`}>
          See
        </LinkButton>
      </span>
    )
  }
  if (status !== 'ready') return <>{`${bytes(size)} · being read …`}</>
  return (
    <>
      {[rows === null ? undefined : counted(rows, 'row'), bytes(size), format.toUpperCase()]
        .filter(Boolean)
        .join(' · ')}
    </>
  )
}
