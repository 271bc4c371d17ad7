import type { Job } from '@trainyard/contracts/training'
import { useEffect, useRef, useState } from 'react'
import { type Announcement, createAnnouncer } from './announce.ts'

/** Two permanent regions: a failure interrupts, everything else waits for a pause. */
export function LiveRegion({ job }: { job: Pick<Job, 'state' | 'progress' | 'message'> }) {
  const announce = useRef<ReturnType<typeof createAnnouncer>>(undefined)
  announce.current ??= createAnnouncer(() => performance.now())
  const [said, setSaid] = useState<Announcement>({ text: '', urgent: false })
  useEffect(() => {
    const next = announce.current?.(job)
    if (next) setSaid(next)
  }, [job])
  return (
    <>
      <div className="sr-only" role="status" aria-live="polite">
        {said.urgent ? '' : said.text}
      </div>
      <div className="sr-only" role="alert" aria-live="assertive">
        {said.urgent ? said.text : ''}
      </div>
    </>
  )
}
