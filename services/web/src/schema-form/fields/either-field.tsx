import { useState } from 'react'
import { Select } from '../../ui/select.tsx'
import { FieldFor, type WidgetProps } from '../field-for.tsx'
import { type Kind, kindOf, type Option } from '../field-kind.ts'
import { type JsonSchema, unparsed } from '../types.ts'
import { boundsOf } from '../words.ts'

type Props = WidgetProps & { options: Option[]; other: JsonSchema }
const VALUE = 'value'

/** A constant such as `auto`, or a value. Where the only constant is the default, an empty number box means it. */
export function EitherField(props: Props) {
  const { field, options, other, value, onSet, wiring } = props
  const kind = kindOf(other)
  const place = options.findIndex((option) => Object.is(option.value, value))
  const [kept, setKept] = useState<unknown>(undefined)
  const [only] = options
  const inner = { ...field, schema: other, kind, fallback: other.default }

  if (kind.kind === 'number' && options.length === 1 && only && Object.is(only.value, field.fallback)) {
    const empty = { ...inner, fallback: only.label.toLowerCase() }
    return <FieldFor {...props} field={empty} value={place < 0 ? value : undefined} />
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select
        {...wiring}
        className={place < 0 ? 'min-w-28' : 'min-w-28 flex-1'}
        value={place < 0 ? VALUE : String(place)}
        options={[
          ...options.map(({ label }, i) => ({ value: String(i), label })),
          { value: VALUE, label: 'Set to' }
        ]}
        onChange={(chosen) => {
          if (place < 0) setKept(value)
          const option = options[Number(chosen)]
          onSet(option ? option.value : (kept ?? startOf(other, kind, field.fallback)))
        }}
      />
      {place < 0 && (
        <div className="min-w-40 flex-1">
          <FieldFor
            {...props}
            field={inner}
            wiring={wiring && { ...wiring, id: `${wiring.id}-value` }}
            label={`${field.title}, value`}
          />
        </div>
      )}
      {options[place]?.help && <p className="w-full text-xs">{options[place].help}</p>}
    </div>
  )
}

/** Where a value begins that was not there: its own default, the field's, the lowest. */
function startOf(schema: JsonSchema, kind: Kind, fallback: unknown): unknown {
  if (schema.default !== undefined) return schema.default
  if (kind.kind === 'number') {
    if (typeof fallback === 'number') return fallback
    const { low, aboveLow } = boundsOf(schema)
    return low === undefined || aboveLow ? unparsed('') : low
  }
  if (kind.kind === 'numbers') return []
  if (kind.kind === 'toggle') return true
  if (kind.kind === 'text') return ''
  return kind.kind === 'group' ? {} : unparsed('')
}
