import type { Wiring } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { useTyping } from './use-typing.ts'

type Props = {
  value: unknown
  placeholder: unknown
  onSet: (next: unknown) => void
  wiring: Wiring | undefined
  label?: string
}

/** One line of text. Emptied, it takes its default again. */
export function TextField({ value, placeholder, onSet, wiring, label }: Props) {
  const typing = useTyping(typeof value === 'string' ? value : '', (text) =>
    onSet(text === '' ? undefined : text)
  )
  return (
    <TextInput
      {...wiring}
      {...typing}
      aria-label={label}
      placeholder={typeof placeholder === 'string' ? placeholder : undefined}
      autoComplete="off"
    />
  )
}
