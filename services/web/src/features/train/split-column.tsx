import { Field } from '../../ui/field.tsx'
import { targetOf } from './bodies.ts'
import { ColumnChoice } from './column-choice.tsx'
import type { PartProps } from './part.ts'
import { splitColumns, splitRole } from './split-by.ts'

const WORDS = {
  group: {
    label: 'Rows stay together by',
    hint: 'The model does not see this column; tick it among the features if it should.'
  },
  time: {
    label: 'Rows are in time by',
    hint: 'Validation and test take the newest rows. The model does not see this column unless it is ticked.'
  }
}

/** The column that rows are split by; only where the split is by one. */
export function SplitColumn({ form, context, change, errors }: Omit<PartProps, 'showAll'>) {
  const role = splitRole(form)
  const { dataset } = context
  if (!role || !dataset) return null
  const pointer = `/columns/${role}`
  const { label, hint } = WORDS[role]
  return (
    <div data-pointer={pointer} className="max-w-md">
      <Field label={label} hint={hint} error={errors.find((error) => error.pointer === pointer)?.message}>
        {(wiring) => (
          <ColumnChoice
            {...wiring}
            value={form.splitBy[role]}
            onChange={(name) => change({ splitBy: { ...form.splitBy, [role]: name } }, pointer)}
            columns={splitColumns(role, dataset.columns, targetOf(form, dataset))}
          />
        )}
      </Field>
    </div>
  )
}
