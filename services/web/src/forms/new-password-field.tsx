import { useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import { configQuery } from '../api/config.ts'
import { Field } from '../ui/field.tsx'
import { PasswordInput } from '../ui/text-input.tsx'

type Props = { error: string | undefined; name?: string; label?: string }

/** Says while one types whether the password is long enough; the rest is the server's to judge. */
export function NewPasswordField({ error, name = 'password', label = 'Password' }: Props) {
  const least = useQuery(configQuery()).data?.password_min_length ?? 8
  const [length, setLength] = useState(0)
  const enough = length >= least
  return (
    <Field
      label={label}
      error={error}
      required
      hint={
        <span className="inline-flex items-center gap-1">
          {enough && <CircleCheck aria-hidden="true" className="size-3.5 text-succeeded" />}
          {length === 0 || enough
            ? `At least ${least} characters of any kind; longer is better.`
            : `${least - length} more ${least - length === 1 ? 'character' : 'characters'} needed.`}
        </span>
      }
    >
      {(wiring) => (
        <PasswordInput
          {...wiring}
          name={name}
          autoComplete="new-password"
          required
          minLength={least}
          maxLength={256}
          onChange={(event) => setLength(Array.from(event.target.value).length)}
        />
      )}
    </Field>
  )
}
