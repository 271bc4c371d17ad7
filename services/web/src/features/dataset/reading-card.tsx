import type { Dataset } from '@trainyard/contracts/dataset'
import { useEffect, useState } from 'react'
import { duration } from '../../format/times.ts'
import { Spinner } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'

/** Seconds after which reading is slow enough to say so. */
const LONG = 60

/** While the file is read. How far the reader is nobody tells, so no bar pretends to know: only how long it takes. */
export function ReadingCard({ dataset: { status, created_at } }: { dataset: Dataset }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.floor((now - new Date(created_at).getTime()) / 1_000))
  return (
    <Card>
      <EmptyState
        icon={<Spinner />}
        title={status === 'uploading' ? 'The file is being stored' : 'Every row is being read'}
      >
        <p>Types, missing values and ranges appear here by themselves.</p>
        <p>
          {duration(seconds)} so far.
          {seconds > LONG && ' A worker may be busy with a training; reading begins as soon as one is free.'}
        </p>
      </EmptyState>
    </Card>
  )
}
