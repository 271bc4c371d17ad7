import { useSyncExternalStore } from 'react'
import type { JobSession } from '../../live/job-session.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { timesKept } from './axis.ts'
import type { ChartState } from './chart-state.ts'

type Props = { session: JobSession; change: (changes: Partial<ChartState>) => void }

/** By time, only points that have one are shown; those of before times were kept have none, and that is said. */
export function TimesNotice({ session: { series }, change }: Props) {
  const kept = useSyncExternalStore(series.subscribe, () => {
    const { lacking, all } = timesKept(series)
    return lacking === 0 ? 'all' : lacking === all ? 'none' : 'some'
  })
  if (kept === 'all') return null
  return (
    <Banner
      tone="warning"
      title={kept === 'none' ? 'This job has no times' : 'A part of this job has no times'}
      actions={
        <Button small onClick={() => change({ x: 'step' })}>
          Show all by step
        </Button>
      }
    >
      {kept === 'none'
        ? 'It was recorded before times were kept.'
        : 'That part was recorded before times were kept, so it is not shown here.'}
    </Banner>
  )
}
