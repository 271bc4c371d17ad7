import type { Wiring } from '../ui/field.tsx'
import { ChoiceField } from './fields/choice-field.tsx'
import { EitherField } from './fields/either-field.tsx'
import { JsonField } from './fields/json-field.tsx'
import { NumberBox } from './fields/number-box.tsx'
import { NumbersField } from './fields/numbers-field.tsx'
import { TextField } from './fields/text-field.tsx'
import { ToggleField } from './fields/toggle-field.tsx'
import { VariantsField } from './fields/variants-field.tsx'
import type { FieldSpec } from './read-fields.ts'
import { SchemaForm } from './schema-form.tsx'
import { type FieldError, isRecord } from './types.ts'

export type WidgetProps = {
  field: FieldSpec
  pointer: string
  /** What was set, else the default. */
  value: unknown
  /** What is wrong in here, with pointers of the whole form. */
  faults: readonly FieldError[]
  showAll: boolean
  onSet: (next: unknown) => void
  wiring?: Wiring
  /** Names the control where the field's own label names another. */
  label?: string
}

/** The widget of a setting. */
export function FieldFor(props: WidgetProps) {
  const { field, value, onSet, wiring, label } = props
  const { kind, schema } = field
  switch (kind.kind) {
    case 'toggle':
      return <ToggleField wiring={wiring} value={value} onSet={onSet} />
    case 'text':
      return <TextField {...{ wiring, label, value, onSet }} placeholder={field.fallback} />
    case 'number': {
      const { log, fallback, unit, title } = field
      return (
        <NumberBox
          {...{ wiring, label, schema, value, onSet, title, unit, log, fallback, integer: kind.integer }}
        />
      )
    }
    case 'numbers':
      return <NumbersField {...props} integer={kind.integer} item={kind.item} />
    case 'choice':
      return <ChoiceField wiring={wiring} options={kind.options} value={value} onSet={onSet} />
    case 'either':
      return <EitherField {...props} options={kind.options} other={kind.other} />
    case 'group':
      return (
        <div className="rounded-md border border-line p-3">
          <SchemaForm
            schema={schema}
            value={isRecord(value) ? value : {}}
            onChange={onSet}
            errors={props.faults}
            showAll={props.showAll}
            at={props.pointer}
          />
        </div>
      )
    case 'variants':
      return <VariantsField {...props} tag={kind.tag} variants={kind.variants} />
    case 'json':
      return <JsonField {...{ wiring, label, value, onSet }} />
  }
}
