import type { ReactNode } from 'react'
import { sentenceFor } from '../api/errors.ts'
import { Banner } from './banner.tsx'
import { Button } from './button.tsx'
import { plainName } from './name.tsx'

type Props = {
  error: unknown
  onRetry?: () => void
  /** Ways on, beside *Try again*. */
  actions?: ReactNode
}

/** More would be a wall of text; the form itself names all of them. */
const MOST_FIELDS = 5

/** What went wrong, with what, its code and request id, and what to do next. */
export function ErrorCard({ error, onRetry, actions }: Props) {
  const { title, message, code, requestId, fields } = sentenceFor(error)
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
        {fields.length > 0 && (
          <ul className="list-disc pl-5">
            {fields.slice(0, MOST_FIELDS).map((field) => (
              <li key={`${field.pointer} ${field.message}`}>
                <bdi>{plainName([field.pointer.slice(1), field.message].filter(Boolean).join(' '), 300)}</bdi>
              </li>
            ))}
          </ul>
        )}
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
