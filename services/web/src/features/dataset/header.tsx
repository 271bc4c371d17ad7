import type { Dataset } from '@trainyard/contracts/dataset'
import { Download, Ellipsis, Pencil, Play, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { DeleteDataset } from '../../datasets/delete-dataset.tsx'
import { RenameDataset } from '../../datasets/rename-dataset.tsx'
import { useDatasetDownload } from '../../datasets/use-dataset-download.ts'
import { bytes, counted } from '../../format/numbers.ts'
import { ago, dateTime } from '../../format/times.ts'
import { IconButton, LinkButton } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx'
import { Name, plainName } from '../../ui/name.tsx'
import { type Crumb, PageHeader } from '../../ui/page-header.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { trainLink } from './train-link.ts'
import { useLeftOut } from './use-left-out.ts'

const SIZE = 'size-4'

/** What the dataset is, and what can be done with all of it. */
export function Header({ dataset, crumbs }: { dataset: Dataset; crumbs: readonly Crumb[] }) {
  const navigate = useNavigate()
  const { left } = useLeftOut()
  const download = useDatasetDownload(dataset)
  const [open, setOpen] = useState<'rename' | 'delete'>()
  const { id, name, status, description } = dataset
  return (
    <PageHeader
      title={<Name>{name}</Name>}
      documentTitle={`${status === 'ready' ? '' : `${status}: `}${plainName(name, 80)}`}
      crumbs={crumbs}
      badge={<StateBadge state={status} />}
      actions={
        <>
          {status === 'ready' && (
            <LinkButton
              variant="primary"
              icon={<Play aria-hidden="true" className={SIZE} />}
              to={trainLink(id, { leave: left })}
            >
              Train a model
            </LinkButton>
          )}
          <Menu
            trigger={
              <IconButton label="More actions">
                <Ellipsis aria-hidden="true" className={SIZE} />
              </IconButton>
            }
          >
            <MenuItem
              icon={<Pencil aria-hidden="true" className={SIZE} />}
              onSelect={() => setOpen('rename')}
            >
              Name and description
            </MenuItem>
            <MenuItem icon={<Download aria-hidden="true" className={SIZE} />} onSelect={download}>
              Download the file
            </MenuItem>
            <MenuSeparator />
            <MenuItem
              danger
              icon={<Trash2 aria-hidden="true" className={SIZE} />}
              onSelect={() => setOpen('delete')}
            >
              Delete
            </MenuItem>
          </Menu>
        </>
      }
    >
      <Facts dataset={dataset} />
      {description && (
        <p className="max-w-prose whitespace-pre-line">
          <bdi>{plainLines(description)}</bdi>
        </p>
      )}
      <RenameDataset dataset={dataset} open={open === 'rename'} onClose={() => setOpen(undefined)} />
      <DeleteDataset
        dataset={dataset}
        open={open === 'delete'}
        onClose={() => setOpen(undefined)}
        onDeleted={() => void navigate('/datasets')}
      />
    </PageHeader>
  )
}

const plainLines = (text: string) =>
  text
    .split('\n')
    .map((line) => plainName(line, 4_000))
    .join('\n')

function Facts({ dataset }: { dataset: Dataset }) {
  const { rows, columns, bytes: size, format, sha256, created_at: at, status } = dataset
  const ready = status === 'ready'
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted">
      {ready && <span>{`${counted(rows ?? 0, 'row')} × ${counted(columns.length, 'column')}`}</span>}
      <span>{`${bytes(size)} ${format.toUpperCase()}`}</span>
      <time dateTime={at} title={dateTime(at)}>
        {ago(at, Date.now())}
      </time>
      {sha256 && (
        <span className="inline-flex items-center gap-1">
          <span title={sha256}>{`SHA-256 ${sha256.slice(0, 8)}…`}</span>
          <CopyButton variant="quiet" text={sha256} done="The SHA-256 of the file is copied.">
            Copy
          </CopyButton>
        </span>
      )}
    </p>
  )
}
