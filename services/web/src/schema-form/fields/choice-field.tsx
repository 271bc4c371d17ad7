import { useId } from 'react'
import type { Wiring } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import type { Option } from '../field-kind.ts'
import { valueWords } from '../words.ts'

type Props = {
  options: Option[]
  value: unknown
  onSet: (next: unknown) => void
  wiring: Wiring | undefined
}
const STRANGE = 'strange'
const UNSET = 'unset'

/** One of a few constants. A value that is none of them is shown as what it is. */
export function ChoiceField({ options, value, onSet, wiring }: Props) {
  const id = useId()
  const place = options.findIndex((option) => Object.is(option.value, value))
  const listed = options.map(({ label }, i) => ({ value: String(i), label }))
  const first =
    value === undefined
      ? [{ value: UNSET, label: 'Not set' }]
      : place < 0
        ? [{ value: STRANGE, label: `${valueWords(value)} (not offered)` }]
        : []
  const help = options[place]?.help
  return (
    <>
      <Select
        {...wiring}
        aria-describedby={[help && id, wiring?.['aria-describedby']].filter(Boolean).join(' ') || undefined}
        value={place < 0 ? (first[0]?.value ?? UNSET) : String(place)}
        options={[...first, ...listed]}
        onChange={(chosen) => {
          const option = options[Number(chosen)]
          if (option) onSet(option.value)
        }}
      />
      {help && (
        <p id={id} className="text-xs">
          {help}
        </p>
      )}
    </>
  )
}
