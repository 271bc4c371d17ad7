import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from 'react-router'
import { client } from '../../api/client.ts'
import { entryQuery } from '../../api/config.ts'
import { Banner } from '../../ui/banner.tsx'
import { Field } from '../../ui/field.tsx'
import { PasswordInput } from '../../ui/text-input.tsx'
import { AuthForm } from './auth-form.tsx'
import { EmailField } from './fields.tsx'
import { useAuthForm } from './use-auth-form.ts'

export function Component() {
  const form = useAuthForm(({ email = '', password = '' }) =>
    client.auth.login({ email, password }, { impatient: true })
  )
  const { data: entry } = useQuery(entryQuery())
  const { search } = useLocation()
  const isSentHere = new URLSearchParams(search).has('next')
  const intro = entry?.needed ? (
    <Banner tone="info" title="No administrator yet">
      Open the set-up link that was printed when the platform started.
    </Banner>
  ) : (
    isSentHere && <p className="text-muted">Sign in to go on to where you were.</p>
  )
  return (
    <AuthForm
      title="Sign in"
      submit="Sign in"
      form={form}
      intro={intro}
      footer={
        entry?.registration === 'open' ? (
          <>
            New here?{' '}
            <Link to={{ pathname: '/register', search }} className="text-accent underline underline-offset-2">
              Create an account
            </Link>
          </>
        ) : (
          entry && 'Accounts are made by an administrator here.'
        )
      }
    >
      <EmailField error={form.fieldError('email')} autoFocus />
      <Field label="Password" error={form.fieldError('password')} required>
        {(wiring) => (
          <PasswordInput
            {...wiring}
            name="password"
            autoComplete="current-password"
            required
            maxLength={256}
          />
        )}
      </Field>
      {location.protocol === 'http:' && !isSecureContext && (
        <p className="text-xs text-muted">
          This address has no encryption: anybody on the network between can read what you send.
        </p>
      )}
    </AuthForm>
  )
}
