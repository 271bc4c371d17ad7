import { useEffect, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { NewPasswordField } from '../../forms/new-password-field.tsx'
import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { AuthForm } from './auth-form.tsx'
import { EmailField, NameField } from './fields.tsx'
import { useAuthForm } from './use-auth-form.ts'

/** The first administrator. */
export function Component() {
  const token = useTokenOfAddress()
  const form = useAuthForm(({ token: code = '', email = '', password = '', name }) =>
    client.auth.setup({ token: code.trim(), email, password, ...(name ? { name } : {}) }, { impatient: true })
  )
  return (
    <AuthForm
      title="Set up Trainyard"
      submit="Make the administrator"
      form={form}
      intro={
        <p className="text-muted">
          The link that was printed when the platform started is good for 24 hours and for one account: the
          first administrator.
        </p>
      }
      footer={
        <Link to="/sign-in" className="text-accent underline underline-offset-2">
          Sign in instead
        </Link>
      }
    >
      <Field label="Set-up token" error={form.fieldError('token')} required>
        {(wiring) => (
          <TextInput
            {...wiring}
            name="token"
            defaultValue={token}
            autoComplete="off"
            spellCheck={false}
            required
            maxLength={256}
          />
        )}
      </Field>
      <EmailField error={form.fieldError('email')} />
      <NameField error={form.fieldError('name')} />
      <NewPasswordField error={form.fieldError('password')} />
    </AuthForm>
  )
}

/** It comes behind the #, which no server sees, and leaves the address so that it stays in no history. */
function useTokenOfAddress(): string {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? '')
  const navigate = useNavigate()
  useEffect(() => {
    if (location.hash) void navigate('/setup', { replace: true })
  }, [navigate])
  return token
}
