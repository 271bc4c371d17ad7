import {
  CircleCheck,
  CircleX,
  Clock,
  LoaderCircle,
  type LucideIcon,
  Square,
  Upload as UploadIcon,
  X
} from 'lucide-react'
import { bytes, percent } from '../../format/numbers.ts'
import { etaWords } from '../../format/times.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { cx } from '../../ui/cx.ts'
import { ErrorCard } from '../../ui/error-card.tsx'
import { Name, plainName } from '../../ui/name.tsx'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import type { Upload, UploadState } from '../../uploads/upload-manager.ts'
import { uploads } from '../../uploads/uploads.ts'
import { FirstRows } from './first-rows.tsx'
import { ProfileLine } from './profile-line.tsx'

const LOOK: Record<UploadState['name'], { word: string; icon: LucideIcon; colours: string }> = {
  checking: { word: 'Checking', icon: LoaderCircle, colours: 'text-queued' },
  waiting: { word: 'Waiting', icon: Clock, colours: 'text-queued' },
  sending: { word: 'Uploading', icon: UploadIcon, colours: 'text-running' },
  storing: { word: 'Storing', icon: LoaderCircle, colours: 'text-running' },
  refused: { word: 'Not sent', icon: CircleX, colours: 'text-failed' },
  failed: { word: 'Failed', icon: CircleX, colours: 'text-failed' },
  cancelled: { word: 'Cancelled', icon: Square, colours: 'text-stopped' },
  done: { word: 'Uploaded', icon: CircleCheck, colours: 'text-succeeded' }
}

/** One file on its way: how far it is, what its first rows look like, and afterwards its profile. */
export function UploadCard({ upload }: { upload: Upload }) {
  const { key, name, bytes: size, state, rows } = upload
  const { word, icon: Icon, colours } = LOOK[state.name]
  const running = ['checking', 'waiting', 'sending', 'storing'].includes(state.name)
  const look = rows.length > 0 && <FirstRows rows={rows} />
  const again = state.name === 'failed' || state.name === 'cancelled'
  return (
    <Card>
      <div className="flex flex-col gap-2">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className={cx('inline-flex items-center gap-1.5 font-semibold', colours)}>
            <Icon aria-hidden="true" className="size-4" />
            {word}
          </span>
          <Name truncate className="min-w-0 flex-1 font-semibold">
            {name}
          </Name>
          <span className="text-muted">{bytes(size)}</span>
          {running && (
            <Button small onClick={() => uploads.cancel(key)} aria-label={`Cancel ${plainName(name, 60)}`}>
              Cancel
            </Button>
          )}
          {again && (
            <Button small onClick={() => uploads.retry(key)} aria-label={`Try again: ${plainName(name, 60)}`}>
              Try again
            </Button>
          )}
          {!running && (
            <IconButton
              label={`Remove ${plainName(name, 60)} from the list`}
              onClick={() => uploads.dismiss(key)}
            >
              <X aria-hidden="true" className="size-4" />
            </IconButton>
          )}
        </div>
        {(state.name === 'sending' || state.name === 'storing') && (
          <Transfer name={name} size={size} state={state} />
        )}
        {state.name === 'refused' && (
          <p role="alert">
            {state.refusal.message} <span className="text-muted">{state.refusal.next}</span>
          </p>
        )}
        {state.name === 'failed' && <Failure error={state.error} />}
        {state.name === 'done' ? <ProfileLine datasetId={state.datasetId}>{look}</ProfileLine> : look}
      </div>
    </Card>
  )
}

type Moving = Extract<UploadState, { name: 'sending' | 'storing' }>

function Transfer({ name, size, state }: { name: string; size: number; state: Moving }) {
  const sent = state.name === 'storing' ? size : state.sent
  const done = (sent / size) * 100
  const eta = state.name === 'sending' ? etaWords(state.secondsLeft) : ''
  const isStoring = state.name === 'storing'
  const rate =
    isStoring || state.bytesPerSecond === undefined ? undefined : `${bytes(state.bytesPerSecond)}/s`
  const rest = isStoring
    ? 'Every byte is there; the server stores the file.'
    : [rate, eta].filter(Boolean).join(' · ')
  return (
    <div className="flex flex-col gap-1">
      <ProgressBar percent={done} label={`Upload of ${plainName(name, 60)}`} words={rest} />
      <p className="text-muted">{isStoring ? rest : [percent(done), rest].filter(Boolean).join(' · ')}</p>
    </div>
  )
}

/** The browser's own words for a file it cannot read help nobody. */
function Failure({ error }: { error: unknown }) {
  const unreadable = error instanceof DOMException
  if (!unreadable) return <ErrorCard error={error} />
  return (
    <p role="alert">
      The browser cannot read this file.{' '}
      <span className="text-muted">
        It may be a folder, or it was moved or changed since it was chosen: choose it again.
      </span>
    </p>
  )
}
