import { useQuery } from '@tanstack/react-query'
import type { Job } from '@trainyard/contracts/training'
import {
  Code,
  Copy,
  Download,
  EllipsisVertical,
  GitCompareArrows,
  Play,
  RotateCcw,
  Square,
  Trash2
} from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { artifactsQuery } from '../../api/jobs.ts'
import { percent } from '../../format/numbers.ts'
import { Button, IconButton, LinkButton } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx'
import { Name, plainName } from '../../ui/name.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { STATES, StateBadge } from '../../ui/state-badge.tsx'
import { jobCalls } from './job-calls.ts'
import type { JobActions } from './use-job-actions.ts'

const CallsDialog = lazy(async () => ({ default: (await import('./calls-dialog.tsx')).CallsDialog }))

const icon = 'size-4'
const MODEL = 'model.pt'

/** The state first: a tab that is one of many still tells it. */
function titleOf(job: Job): string {
  const running = job.state === 'running' || job.state === 'stopping'
  const state = running && job.progress ? percent(job.progress.percent) : STATES[job.state].word
  return `${state} ${plainName(job.name, 80)}`
}

export function JobHeader({ job, actions }: { job: Job; actions: JobActions }) {
  const [deleting, setDeleting] = useState(false)
  /** Undefined until it is asked for: its code is loaded then. */
  const [coding, setCoding] = useState<boolean>()
  const files = useQuery(artifactsQuery(job.id))
  const hasModel = files.data?.some(({ name }) => name === MODEL) ?? false
  const { can, stop, resume, retry, remove, download } = actions
  return (
    <>
      <PageHeader
        title={<Name>{job.name}</Name>}
        documentTitle={titleOf(job)}
        crumbs={[{ label: 'Jobs', to: '/jobs' }]}
        badge={<StateBadge state={job.state} />}
        actions={
          <>
            {can.stop && (
              <Button
                icon={<Square aria-hidden="true" className={icon} />}
                busy={stop.isPending}
                onClick={() => stop.mutate()}
              >
                Stop
              </Button>
            )}
            {can.resume && (
              <Button
                variant={job.state === 'failed' || hasModel ? 'secondary' : 'primary'}
                icon={<Play aria-hidden="true" className={icon} />}
                busy={resume.isPending}
                onClick={() => resume.mutate(undefined)}
              >
                Resume
              </Button>
            )}
            {hasModel && (
              <Button
                variant="primary"
                icon={<Download aria-hidden="true" className={icon} />}
                busy={download.isPending}
                onClick={() => download.mutate(MODEL)}
              >
                Download model
              </Button>
            )}
            <LinkButton to={actions.cloneTo} icon={<Copy aria-hidden="true" className={icon} />}>
              Clone
            </LinkButton>
            <Menu
              trigger={
                <IconButton label="More actions">
                  <EllipsisVertical aria-hidden="true" className={icon} />
                </IconButton>
              }
            >
              <MenuItem
                to={actions.compareTo}
                icon={<GitCompareArrows aria-hidden="true" className={icon} />}
              >
                Compare
              </MenuItem>
              <MenuItem
                disabled={!can.retry}
                icon={<RotateCcw aria-hidden="true" className={icon} />}
                onSelect={() => retry.mutate()}
              >
                Train again from the start
              </MenuItem>
              <MenuItem icon={<Code aria-hidden="true" className={icon} />} onSelect={() => setCoding(true)}>
                Copy as curl, Python …
              </MenuItem>
              <MenuSeparator />
              <MenuItem
                danger
                disabled={!can.remove}
                icon={<Trash2 aria-hidden="true" className={icon} />}
                onSelect={() => setDeleting(true)}
              >
                {can.remove ? 'Delete' : 'Delete (stop it first)'}
              </MenuItem>
            </Menu>
          </>
        }
      />
      {coding !== undefined && (
        <Suspense>
          <CallsDialog
            open={coding}
            onClose={() => setCoding(false)}
            calls={jobCalls(
              job.id,
              can,
              (files.data ?? []).map(({ name }) => name)
            )}
          />
        </Suspense>
      )}
      <ConfirmDialog
        open={deleting}
        onClose={() => setDeleting(false)}
        title="Delete this job?"
        confirm="Delete"
        onConfirm={() => remove.mutateAsync().then(() => undefined)}
      >
        <p>
          <Name className="font-semibold">{job.name}</Name> goes with its curves, its log
          {files.data && files.data.length > 0
            ? ` and its ${files.data.length} files, the model among them`
            : ''}
          . The dataset stays. This cannot be undone.
        </p>
      </ConfirmDialog>
    </>
  )
}
