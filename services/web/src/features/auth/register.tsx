import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from 'react-router'
import { client } from '../../api/client.ts'
import { configQuery } from '../../api/config.ts'
import { NewPasswordField } from '../../forms/new-password-field.tsx'
import { Banner } from '../../ui/banner.tsx'
import { AuthForm } from './auth-form.tsx'
import { EmailField, NameField } from './fields.tsx'
import { useAuthForm } from './use-auth-form.ts'

export function Component() {
  const form = useAuthForm(({ email = '', password = '', name }) =>
    client.auth.register({ email, password, ...(name ? { name } : {}) }, { impatient: true })
  )
  const { data: config } = useQuery(configQuery())
  const { search } = useLocation()
  const isClosed = config !== undefined && config.registration !== 'open'
  return (
    <AuthForm
      title="Create an account"
      submit="Create account"
      form={form}
      intro={
        isClosed && (
          <Banner tone="warning" title="Registration is closed here">
            Ask an administrator for an account.
          </Banner>
        )
      }
      footer={
        <>
          Have an account?{' '}
          <Link to={{ pathname: '/sign-in', search }} className="text-accent underline underline-offset-2">
            Sign in
          </Link>
        </>
      }
    >
      <EmailField error={form.fieldError('email')} autoFocus />
      <NameField error={form.fieldError('name')} />
      <NewPasswordField error={form.fieldError('password')} />
    </AuthForm>
  )
}
