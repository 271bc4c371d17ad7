import type { ReactNode } from 'react'
import { sentenceFor } from '../api/errors.ts'
import { Banner } from './banner.tsx'
import { Button } from './button.tsx'

type Props = {
  error: unknown
  onRetry?: () => void
  /** Ways on, beside *Try again*. */
  actions?: ReactNode
}

/** What went wrong, its code and request id, and what to do next. */
export function ErrorCard({ error, onRetry, actions }: Props) {
  const { title, message, code, requestId } = sentenceFor(error)
  return (
    <div role="alert">
      <Banner
        tone="bad"
        title={title}
        actions={
          <>
            {actions}
            {onRetry && (
              <Button small onClick={onRetry}>
                Try again
              </Button>
            )}
          </>
        }
      >
        <p>{message}</p>
        <p className="text-xs text-muted">
          {code}
          {requestId && (
            <>
              {' · request '}
              <span className="font-mono select-all">{requestId}</span>
            </>
          )}
        </p>
      </Banner>
    </div>
  )
}
