import type { Job } from '@trainyard/contracts/training'
import { ChartLine, CirclePlay, CircleStop, Tag, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { counted } from '../../format/numbers.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { type BulkAction, canDo } from './bulk.ts'
import { canCompare, compareLink, MOST_COMPARED } from './compare-link.ts'
import { TagDialog } from './tag-dialog.tsx'
import { useBulk } from './use-bulk.ts'

type Props = { selected: readonly Job[]; onClear: () => void }
const ICON = 'size-4'

/** What can be done with the ticked jobs, all at a time. */
export function BulkBar({ selected, onClear }: Props) {
  const navigate = useNavigate()
  const { running, run } = useBulk()
  const [open, setOpen] = useState<'tag' | 'delete'>()
  const able = (action: BulkAction) => selected.filter(({ state }) => canDo(action, state)).length
  const ids = selected.map(({ id }) => id)
  const busy = running !== undefined
  const deletable = able('delete')
  return (
    <section
      aria-label="Selected jobs"
      className="fixed inset-x-2 bottom-16 z-30 flex flex-wrap items-center gap-2 rounded-lg border border-line bg-raised px-3 py-2 shadow-raised md:sticky md:inset-x-0 md:bottom-4 md:mt-3"
    >
      <p role="status" className="mr-auto font-semibold">
        {running ? `${running.finished} of ${running.of} done` : `${selected.length} selected`}
      </p>
      <Button
        small
        icon={<ChartLine aria-hidden="true" className={ICON} />}
        disabled={!canCompare(ids)}
        title={canCompare(ids) ? undefined : `Select 2 to ${MOST_COMPARED} jobs to compare them`}
        onClick={() => void navigate(compareLink(ids))}
      >
        Compare
      </Button>
      <Button
        small
        icon={<CircleStop aria-hidden="true" className={ICON} />}
        disabled={busy || able('stop') === 0}
        title={able('stop') === 0 ? 'None of them runs or waits' : undefined}
        onClick={() => void run('stop', selected)}
      >
        Stop
      </Button>
      <Button
        small
        icon={<CirclePlay aria-hidden="true" className={ICON} />}
        disabled={busy || able('resume') === 0}
        title={able('resume') === 0 ? 'None of them was stopped or has failed' : undefined}
        onClick={() => void run('resume', selected)}
      >
        Resume
      </Button>
      <Button
        small
        icon={<Tag aria-hidden="true" className={ICON} />}
        disabled={busy}
        onClick={() => setOpen('tag')}
      >
        Tag
      </Button>
      <Button
        small
        variant="danger"
        icon={<Trash2 aria-hidden="true" className={ICON} />}
        disabled={busy || deletable === 0}
        title={deletable === 0 ? 'Only finished jobs can be deleted; stop them first' : undefined}
        onClick={() => setOpen('delete')}
      >
        Delete
      </Button>
      <IconButton label="Select none" onClick={onClear}>
        <X aria-hidden="true" className={ICON} />
      </IconButton>
      <TagDialog
        open={open === 'tag'}
        count={selected.length}
        onClose={() => setOpen(undefined)}
        onTag={(tag) => void run('tag', selected, tag)}
      />
      <Dialog
        open={open === 'delete'}
        onClose={() => setOpen(undefined)}
        title={`Delete ${counted(deletable, 'job')}?`}
        actions={
          <>
            <Button onClick={() => setOpen(undefined)}>Cancel</Button>
            <Button
              variant="danger"
              onClick={() => {
                setOpen(undefined)
                void run('delete', selected)
              }}
            >
              {`Delete ${counted(deletable, 'job')}`}
            </Button>
          </>
        }
      >
        <p className="pt-2 text-muted">
          Their curves, logs and models are deleted for good; the datasets stay.
          {deletable < selected.length &&
            ` ${counted(selected.length - deletable, 'job')} not finished yet: ${selected.length - deletable === 1 ? 'it stays' : 'they stay'}.`}
        </p>
      </Dialog>
    </section>
  )
}
