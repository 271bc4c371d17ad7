import type { Wiring } from '../../ui/field.tsx'
import { TextArea } from '../../ui/text-input.tsx'
import { parseJson } from '../parse-text.ts'
import { isUnparsed } from '../types.ts'
import { useTyping } from './use-typing.ts'

type Props = { value: unknown; onSet: (next: unknown) => void; wiring: Wiring | undefined; label?: string }

/** For what has no widget: JSON, checked as everything else. */
export function JsonField({ value, onSet, wiring, label }: Props) {
  const text = isUnparsed(value) ? value['~text'] : value === undefined ? '' : JSON.stringify(value, null, 2)
  const typing = useTyping(text, (typed) => onSet(parseJson(typed)))
  return (
    <TextArea
      {...wiring}
      {...typing}
      aria-label={label}
      rows={Math.min(10, Math.max(2, text.split('\n').length))}
      spellCheck={false}
      autoComplete="off"
      placeholder="JSON"
      className="font-mono text-code"
    />
  )
}
