import { Select } from '../../ui/select.tsx'
import type { WidgetProps } from '../field-for.tsx'
import type { Variant } from '../field-kind.ts'
import { SchemaForm } from '../schema-form.tsx'
import { isRecord, type JsonSchema, own } from '../types.ts'

type Props = WidgetProps & { tag: string; variants: Variant[] }

/** Objects told apart by a constant: first which, then its settings. */
export function VariantsField({ field, pointer, value, faults, showAll, onSet, tag, variants }: Props) {
  const place = variants.findIndex((variant) => Object.is(variant.value, own(value, tag)))
  const variant = variants[place]
  return (
    <div className="flex flex-col gap-3 rounded-md border border-line p-3">
      <Select
        aria-label={`${field.title}, kind`}
        value={String(place)}
        options={[
          ...(variant ? [] : [{ value: '-1', label: 'Not set' }]),
          ...variants.map(({ label }, i) => ({ value: String(i), label }))
        ]}
        onChange={(chosen) => {
          const next = variants[Number(chosen)]
          if (next) onSet({ [tag]: next.value })
        }}
      />
      {variant && (
        <SchemaForm
          schema={withoutTag(variant.schema, tag)}
          value={Object.fromEntries(Object.entries(Object(value)).filter(([key]) => key !== tag))}
          onChange={(next) => onSet({ ...next, [tag]: variant.value })}
          errors={faults}
          showAll={showAll}
          at={pointer}
        />
      )}
    </div>
  )
}

/** The tag has its own control above. */
function withoutTag(schema: JsonSchema, tag: string): JsonSchema {
  const properties = isRecord(schema.properties) ? schema.properties : {}
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([key]) => key !== tag))
  }
}
