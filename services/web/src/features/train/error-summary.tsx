import type { Architecture } from '@trainyard/contracts/training'
import { useEffect, useRef } from 'react'
import { sentenceFor } from '../../api/errors.ts'
import { counted } from '../../format/numbers.ts'
import { focusPointer } from '../../schema-form/schema-form.tsx'
import type { FieldError } from '../../schema-form/types.ts'
import { titleOf } from '../../schema-form/words.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button, LinkButton } from '../../ui/button.tsx'
import type { Submit } from './use-submit.ts'

type Props = {
  submit: Submit
  errors: readonly FieldError[]
  architectures: readonly Architecture[]
  /** Takes a new key, for a form that was sent before. */
  onRenew: () => void
}

/** Everything that stands in the way, with the way to each; takes the focus after every try. */
export function ErrorSummary({ submit, errors, architectures, onRenew }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const { tries, failure, spent } = submit
  useEffect(() => {
    if (tries > 0) box.current?.focus()
  }, [tries])
  if (tries === 0 || (errors.length === 0 && !failure)) return null
  const said = failure && sentenceFor(failure.error)
  const model = failure && architectures.find(({ id }) => id === failure.architecture)?.title
  return (
    <div ref={box} role="alert" tabIndex={-1} className="rounded-md">
      <Banner
        tone="bad"
        title={
          spent
            ? 'An earlier try from this form did start a job'
            : said && said.fields.length === 0
              ? said.title
              : `${counted(errors.length, 'thing')} to change before this can be trained`
        }
        actions={
          spent ? (
            <>
              <LinkButton small to="/jobs">
                See the jobs
              </LinkButton>
              <Button small onClick={onRenew}>
                Allow another job
              </Button>
            </>
          ) : (
            said &&
            said.fields.length === 0 && (
              <Button small onClick={() => void submit.run()}>
                Try again
              </Button>
            )
          )
        }
      >
        {spent && <p>Its reply was lost. Look at it first; training again makes one more.</p>}
        {said && !spent && said.fields.length === 0 && <p>{said.message}</p>}
        {errors.length > 0 && (
          <ul className="list-disc pl-5">
            {errors.slice(0, 20).map(({ pointer, message }) => (
              <li key={pointer + message}>
                {pointer === '' ? (
                  message
                ) : (
                  <button
                    type="button"
                    className="min-h-6 text-left underline"
                    onClick={() => focusPointer(pointer)}
                  >
                    <bdi>{whereWords(pointer, architectures)}</bdi>: {message}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
        {said && (
          <p className="text-xs text-muted">
            {said.code}
            {model && ` · ${model}`}
            {said.requestId && ` · request ${said.requestId}`}
          </p>
        )}
      </Banner>
    </div>
  )
}

/** `/models/mlp/hidden_sizes/1` → `Multi-layer perceptron, Hidden sizes, 2`. */
export function whereWords(pointer: string, architectures: readonly Architecture[]): string {
  const [part = '', ...rest] = pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
  const words = (token: string) => (/^\d+$/.test(token) ? String(Number(token) + 1) : titleOf(token))
  if (part === 'models' && rest.length > 0) {
    const title = architectures.find(({ id }) => id === rest[0])?.title ?? rest[0] ?? ''
    return [title, ...rest.slice(1).map(words)].join(', ')
  }
  if (part === 'columns') return `${titleOf(rest[0] ?? '')} column`
  return part === 'run' ? rest.map(words).join(', ') : titleOf(part)
}
