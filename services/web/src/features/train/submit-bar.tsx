import type { CreateJob } from '@trainyard/contracts/training'
import { Play } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'
import { CopyAs } from '../../ui/copy-as.tsx'

type Props = { jobs: number; busy: boolean; bodies: () => CreateJob[]; children: ReactNode }

/** Stays in sight on wide screens: what will be trained, *Copy as*, *Train*. */
export function SubmitBar({ jobs, busy, bodies, children }: Props) {
  const calls = () => bodies().map((json) => ({ method: 'POST' as const, path: '/api/training', json }))
  return (
    <div className="z-10 flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-raised px-4 py-3 shadow-raised md:sticky md:bottom-4">
      <p className="min-w-0 flex-1 basis-48 text-muted">{children}</p>
      <div className="flex flex-wrap items-center gap-2">
        <CopyAs calls={calls} />
        <Button
          type="submit"
          variant="primary"
          busy={busy}
          title="Ctrl+Enter"
          aria-keyshortcuts="Control+Enter Meta+Enter"
          icon={<Play aria-hidden="true" className="size-4" />}
        >
          {jobs > 1 ? `Train ${jobs} models` : 'Train'}
        </Button>
      </div>
    </div>
  )
}
