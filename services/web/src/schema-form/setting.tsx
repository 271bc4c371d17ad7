import { RotateCcw } from 'lucide-react'
import { type FocusEvent, type ReactNode, useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Field, FieldError } from '../ui/field.tsx'
import { checkField } from './check.ts'
import { FieldFor } from './field-for.tsx'
import { isChanged, shown } from './form-state.ts'
import type { FieldSpec } from './read-fields.ts'
import { within } from './schema-form.tsx'
import { type FieldError as Fault, type FormValue, pointerTo } from './types.ts'
import { rangeWords, valueWords } from './words.ts'

type Props = {
  field: FieldSpec
  value: FormValue
  at: string
  errors: readonly Fault[]
  showAll: boolean
  /** Undefined takes the default again. */
  onSet: (next: unknown) => void
}

/** One setting: label, widget, range and default, what is wrong, and the way back. */
export function Setting({ field, value, at, errors, showAll, onSet }: Props) {
  const [left, setLeft] = useState(false)
  const pointer = pointerTo(at, field.key)
  const own = left || showAll ? checkField(field, value) : []
  const faults = [
    ...own.map((fault) => ({ ...fault, pointer: at + fault.pointer })),
    ...errors.filter((fault) => within(fault.pointer, pointer))
  ]
  const [first] = faults
  const changed = isChanged(field, value)
  const label = <Label title={field.title} changed={changed} />
  const reset = changed && <Reset field={field} onReset={() => onSet(undefined)} />
  const widget = { field, pointer, value: shown(field, value), faults, showAll, onSet }
  const wide = field.kind.kind === 'group' || field.kind.kind === 'variants' || field.kind.kind === 'json'
  const leave = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setLeft(true)
  }
  const frame = {
    'data-pointer': pointer,
    onBlur: leave,
    className: wide ? 'min-w-0 sm:col-span-2 xl:col-span-3' : 'min-w-0'
  }
  if (labelsItself(field)) {
    return (
      <Group
        frame={frame}
        title={field.title}
        label={label}
        reset={reset}
        hint={hint(field)}
        error={first?.message}
      >
        <FieldFor {...widget} />
      </Group>
    )
  }
  return (
    <div {...frame}>
      <Field
        label={label}
        aside={reset}
        hint={hint(field)}
        error={first?.message}
        required={field.required && field.fallback === undefined}
      >
        {(wiring) => <FieldFor {...widget} wiring={wiring} />}
      </Field>
    </div>
  )
}

/** Several controls under one name: a label can only name one. */
const labelsItself = ({ kind }: FieldSpec) =>
  kind.kind === 'group' || kind.kind === 'variants' || kind.kind === 'numbers'

type GroupProps = {
  frame: { 'data-pointer': string; onBlur: (event: FocusEvent) => void; className: string }
  title: string
  label: ReactNode
  reset: ReactNode
  hint: ReactNode
  error: string | undefined
  children: ReactNode
}
function Group({ frame, title, label, reset, hint, error, children }: GroupProps) {
  const id = useId()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand beside the reset button
    <div
      {...frame}
      role="group"
      aria-label={title}
      aria-describedby={`${error ? `${id}-error ` : ''}${id}-hint`}
    >
      <div className="flex flex-col gap-1">
        <div className="flex min-h-6 items-center justify-between gap-2">
          <span className="font-semibold">{label}</span>
          {reset}
        </div>
        {children}
        {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      </div>
    </div>
  )
}

function Label({ title, changed }: { title: string; changed: boolean }) {
  return (
    <>
      <bdi>{title}</bdi>
      {changed && (
        // The reset button says it to those who do not see the dot; the name of the control stays the same.
        <span
          aria-hidden="true"
          title="Changed"
          className="ml-1.5 inline-block size-2 rounded-full bg-accent align-middle"
        />
      )}
    </>
  )
}

function Reset({ field, onReset }: { field: FieldSpec; onReset: () => void }) {
  const to = field.fallback === undefined ? 'nothing' : defaultWords(field)
  return (
    <Button
      small
      variant="quiet"
      aria-label={`Reset ${field.title} to ${to}`}
      title={`Reset to ${to}`}
      className="!min-h-6 !px-1"
      onClick={onReset}
      icon={<RotateCcw aria-hidden="true" className="size-3.5" />}
    >
      Reset
    </Button>
  )
}

/** The help, and below it the range and the default: `0 to less than 1 · default 0.1`. */
function hint(field: FieldSpec): ReactNode {
  const { kind, schema, help, unit, fallback } = field
  const ranged = kind.kind === 'either' ? kind.other : kind.kind === 'numbers' ? kind.item : schema
  const range = kind.kind === 'choice' ? '' : rangeWords(ranged)
  const isDefault = fallback === undefined ? '' : `default ${defaultWords(field)}`
  const limits = [range && unit ? `${range} ${unit}` : range, isDefault].filter(Boolean).join(' · ')
  if (!help && !limits) return null
  return (
    <>
      {help && <span className="block">{help}</span>}
      {limits && <span className="block">{limits}</span>}
    </>
  )
}

/** A constant by its label, as the list of choices has it. */
function defaultWords({ kind, fallback }: FieldSpec): string {
  const options = kind.kind === 'choice' || kind.kind === 'either' ? kind.options : []
  const option = options.find(({ value }) => Object.is(value, fallback))
  return option ? option.label.toLowerCase() : valueWords(fallback)
}
