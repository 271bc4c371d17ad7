import { type ReactNode, useEffect } from 'react'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import type { useAuthForm } from './use-auth-form.ts'

type Props = {
  title: string
  submit: string
  form: ReturnType<typeof useAuthForm>
  /** Above the fields. */
  intro?: ReactNode
  children: ReactNode
  /** Below the button. */
  footer?: ReactNode
}

/** A real form, so that password managers and the return key work. */
export function AuthForm({ title, submit, form, intro, children, footer }: Props) {
  const { error, busy, wait, onSubmit } = form
  useEffect(() => {
    document.title = `${title} – Trainyard`
  }, [title])
  const inFields = error !== undefined && error.fields.length > 0
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <h1 className="text-lg font-semibold">{title}</h1>
      {intro}
      <div role="alert" className="empty:hidden">
        {error && (wait > 0 || error.code !== 'TOO_MANY_REQUESTS') && (
          <Banner tone="bad" title={error.title}>
            {wait > 0
              ? `Wait ${wait} s, then try again.`
              : inFields
                ? 'See below what to change.'
                : error.message}
          </Banner>
        )}
      </div>
      {children}
      <Button type="submit" variant="primary" busy={busy} disabled={wait > 0} className="w-full">
        {wait > 0 ? `Try again in ${wait} s` : submit}
      </Button>
      {footer && <div className="text-center text-muted">{footer}</div>}
    </form>
  )
}
