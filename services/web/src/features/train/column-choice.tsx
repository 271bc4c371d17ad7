import type { Dataset } from '@trainyard/contracts/dataset'
import { Combobox } from '../../ui/combobox.tsx'
import type { Wiring } from '../../ui/field.tsx'
import { plainName } from '../../ui/name.tsx'

type Props = Wiring & {
  value: string | null
  onChange: (name: string | null) => void
  columns: readonly Dataset['columns'][number][]
}

/** One column of a dataset, found by typing; each beside its type. */
export function ColumnChoice({ columns, ...wiring }: Props) {
  return (
    <Combobox
      {...wiring}
      options={columns.map(({ name, type }) => ({ value: name, label: plainName(name, 120), detail: type }))}
      placeholder="Choose a column"
      empty="No column has such a name"
    />
  )
}
