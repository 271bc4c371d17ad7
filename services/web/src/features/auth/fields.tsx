import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'

type Props = { error: string | undefined }

export function EmailField({ error, autoFocus }: Props & { autoFocus?: boolean }) {
  return (
    <Field label="E-mail" error={error} required>
      {(wiring) => (
        <TextInput
          {...wiring}
          autoFocus={autoFocus}
          name="email"
          type="email"
          autoComplete="username"
          required
          maxLength={254}
        />
      )}
    </Field>
  )
}

export function NameField({ error }: Props) {
  return (
    <Field label="Name" hint="Optional. Shown to others in place of the e-mail." error={error}>
      {(wiring) => <TextInput {...wiring} name="name" autoComplete="name" maxLength={200} />}
    </Field>
  )
}
