import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { client } from '../../api/client.ts'
import { sentenceFor } from '../../api/errors.ts'
import { asSentence, checkFields, type FieldProblem, focusField } from '../../forms/check-fields.ts'
import { NewPasswordField } from '../../forms/new-password-field.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { Field } from '../../ui/field.tsx'
import { PasswordInput } from '../../ui/text-input.tsx'
import { useToast } from '../../ui/toast.tsx'

/** A new password needs the current one; every other session ends. */
export function PasswordForm() {
  const toast = useToast()
  const [round, setRound] = useState(0)
  const [problems, setProblems] = useState<FieldProblem[]>([])
  const change = useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) =>
      client.auth.changePassword(body, { impatient: true }),
    onSuccess: () => {
      toast({ message: 'The password is changed. All other sessions have ended.' })
      setRound(round + 1)
    }
  })
  const fields = change.error ? sentenceFor(change.error).fields : []
  function errorOf(name: string) {
    const problem = [...problems, ...fields].find(({ pointer }) => pointer === `/${name}`)
    return problem && asSentence(problem.message)
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const found = checkFields(event.currentTarget)
    setProblems(found)
    change.reset()
    if (found.length > 0) return focusField(event.currentTarget, found[0]?.pointer)
    const form = new FormData(event.currentTarget)
    const read = (name: string) => String(form.get(name) ?? '')
    change.mutate({ current_password: read('current_password'), new_password: read('new_password') })
  }
  return (
    <Card title="Change the password">
      <form key={round} onSubmit={submit} noValidate className="flex max-w-sm flex-col gap-4">
        {change.error && fields.length === 0 && <ErrorCard error={change.error} />}
        <Field label="Current password" error={errorOf('current_password')} required>
          {(wiring) => (
            <PasswordInput
              {...wiring}
              name="current_password"
              autoComplete="current-password"
              required
              maxLength={256}
            />
          )}
        </Field>
        <NewPasswordField name="new_password" label="New password" error={errorOf('new_password')} />
        <div>
          <Button type="submit" variant="primary" busy={change.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Card>
  )
}
