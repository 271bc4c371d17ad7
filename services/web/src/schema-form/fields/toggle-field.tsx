import { Checkbox } from '../../ui/checkbox.tsx'
import type { Wiring } from '../../ui/field.tsx'

type Props = { value: unknown; onSet: (next: unknown) => void; wiring: Wiring | undefined }

export function ToggleField({ value, onSet, wiring }: Props) {
  return (
    <Checkbox {...wiring} checked={value === true} onChange={onSet} className="min-h-control">
      {value === true ? 'On' : 'Off'}
    </Checkbox>
  )
}
