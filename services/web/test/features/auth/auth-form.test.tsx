import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { ApiError } from '@trainyard/client/errors'
import type { User } from '@trainyard/contracts/auth'
import { createMemoryRouter } from 'react-router'
import { RouterProvider } from 'react-router/dom'
import { afterEach, expect, test, vi } from 'vitest'
import { queryClient } from '../../../src/api/query-client.ts'
import { AuthForm } from '../../../src/features/auth/auth-form.tsx'
import { EmailField } from '../../../src/features/auth/fields.tsx'
import { useAuthForm } from '../../../src/features/auth/use-auth-form.ts'
import { NewPasswordField } from '../../../src/forms/new-password-field.tsx'

type Send = (values: Record<string, string>) => Promise<User>
const ADA: User = {
  id: 'u',
  email: 'ada@example.org',
  name: null,
  role: 'member',
  workspace_id: 'w',
  created_at: '2026-01-01T00:00:00Z'
}

function Page({ send }: { send: Send }) {
  const form = useAuthForm(send)
  return (
    <AuthForm title="Join" submit="Join" form={form}>
      <EmailField error={form.fieldError('email')} />
      <NewPasswordField error={form.fieldError('password')} />
    </AuthForm>
  )
}

function open(send: Send, at = '/join') {
  queryClient.setQueryData(['config'], { password_min_length: 8 })
  const router = createMemoryRouter(
    [
      { path: '/join', element: <Page send={send} /> },
      { path: '*', element: <p>elsewhere</p> }
    ],
    { initialEntries: [at] }
  )
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  )
  const fill = async (email: string, password: string) => {
    await userEvent.type(screen.getByLabelText('E-mail'), email)
    await userEvent.type(screen.getByLabelText('Password'), password)
  }
  const join = () => userEvent.click(screen.getByRole('button', { name: /Join|Try again/ }))
  return { router, fill, join }
}
afterEach(cleanup)

test('an empty form says beside its fields what is missing, and nothing is sent', async () => {
  const send = vi.fn<Send>()
  const { join } = open(send)
  await join()
  expect(send).not.toHaveBeenCalled()
  const email = screen.getByLabelText('E-mail')
  expect(email.getAttribute('aria-invalid')).toBe('true')
  const described = email.getAttribute('aria-describedby')?.split(' ')[0] ?? ''
  expect(document.getElementById(described)?.textContent).toBe('Fill this in.')
  expect(document.activeElement).toBe(email)
})

test('the password says how much is missing while one types', async () => {
  const { fill } = open(vi.fn<Send>())
  await fill('ada@example.org', 'seven77')
  expect(screen.getByText('1 more character needed.')).toBeTruthy()
})

test('the server’s words stand beside the field, which has the focus; what was typed stays', async () => {
  const details = [{ pointer: '/password', message: 'is among the first that are tried' }]
  const { fill, join } = open(async () => {
    throw new ApiError({ status: 400, code: 'VALIDATION', message: 'See details.', details })
  })
  await fill('ada@example.org', '12345678')
  await join()
  expect(await screen.findByText('It is among the first that are tried.')).toBeTruthy()
  const password = screen.getByLabelText<HTMLInputElement>('Password')
  expect(document.activeElement).toBe(password)
  expect(password.value).toBe('12345678')
})

test('too many tries count down, and the button waits with them', async () => {
  const send = vi.fn<Send>(async () => {
    throw new ApiError({ status: 429, code: 'TOO_MANY_REQUESTS', message: 'Wait.', retryAfter: 30 })
  })
  const { fill, join } = open(send)
  await fill('ada@example.org', 'wrong but long')
  await join()
  const button = await screen.findByRole('button', { name: /Try again in (30|29) s/ })
  expect(button.hasAttribute('disabled')).toBe(true)
  await join()
  expect(send).toHaveBeenCalledTimes(1)
})

test('whoever gets in goes on to where they wanted to be', async () => {
  const { router, fill, join } = open(async () => ADA, '/join?next=%2Fjobs%3Fstate%3Drunning')
  await fill(' ada@example.org', 'long enough 9')
  await join()
  await screen.findByText('elsewhere')
  expect(router.state.location).toMatchObject({ pathname: '/jobs', search: '?state=running' })
  expect(queryClient.getQueryData(['me'])).toEqual(ADA)
})
