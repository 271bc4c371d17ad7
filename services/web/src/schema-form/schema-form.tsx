import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { counted } from '../format/numbers.ts'
import { Banner } from '../ui/banner.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Name } from '../ui/name.tsx'
import { checkField } from './check.ts'
import { isChanged, withField, withoutField } from './form-state.ts'
import { type FieldGroup, type FieldSpec, readFields } from './read-fields.ts'
import { Setting } from './setting.tsx'
import { type FieldError, type FormValue, type JsonSchema, pointerTo } from './types.ts'

export type SchemaFormProps = {
  /** An object schema, JSON Schema 2020-12. What it holds is not trusted to be a form. */
  schema: JsonSchema
  /** Only what was set; see `sendable` for what to send. */
  value: FormValue
  onChange: (value: FormValue) => void
  /** The server's errors, as sentences; their pointers start with `at`. */
  errors?: readonly FieldError[]
  /** Every error, also of fields that were not left yet: after a try to send. */
  showAll?: boolean
  /** Pointer of this object in the whole form; makes the fields findable by `focusPointer`. */
  at?: string
}
const NONE: readonly FieldError[] = []

/** Draws a schema as a form: one widget a setting, checked JSON where there is none for it. */
export function SchemaForm(props: SchemaFormProps) {
  const { schema, value, onChange } = props
  const groups = readFields(schema)
  const all = groups.flatMap(({ fields }) => fields)
  const advanced = pick(groups, (field) => field.advanced)
  return (
    <div className="flex flex-col gap-5">
      <Groups {...props} groups={pick(groups, (field) => !field.advanced)} />
      {advanced.length > 0 && <More {...props} groups={advanced} />}
      <Strangers fields={all} schema={schema} value={value} onChange={onChange} />
    </div>
  )
}

function pick(groups: FieldGroup[], wanted: (field: FieldSpec) => boolean): FieldGroup[] {
  return groups
    .map((group) => ({ ...group, fields: group.fields.filter(wanted) }))
    .filter(({ fields }) => fields.length > 0)
}

type GroupsProps = SchemaFormProps & { groups: FieldGroup[] }

function Groups({ groups, value, onChange, errors = NONE, showAll = false, at = '' }: GroupsProps) {
  return groups.map((group) => (
    <fieldset key={group.name} className="min-w-0">
      <legend className={cx('mb-2 text-xs font-semibold text-muted', !group.title && 'sr-only')}>
        {group.title || 'Settings'}
      </legend>
      <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2 xl:grid-cols-3">
        {group.fields.map((field) => (
          <Setting
            key={field.key}
            field={field}
            value={value}
            at={at}
            errors={errors}
            showAll={showAll}
            onSet={(next) => onChange(withField(value, field.key, next))}
          />
        ))}
      </div>
    </fieldset>
  ))
}

/** The settings that few need: folded, with a word on whether they were touched. */
function More(props: GroupsProps) {
  const { groups, value, errors = NONE, showAll = false, at = '' } = props
  const fields = groups.flatMap((group) => group.fields)
  const changed = fields.filter((field) => isChanged(field, value)).length
  const faulty = fields.some(
    (field) =>
      errors.some(({ pointer }) => within(pointer, pointerTo(at, field.key))) ||
      (showAll && checkField(field, value).length > 0)
  )
  const [opened, setOpened] = useState(false)
  const open = opened || faulty
  return (
    <div className="flex flex-col gap-4">
      <Button
        small
        variant="quiet"
        aria-expanded={open}
        className="-ml-2 self-start"
        onClick={() => setOpened(!open)}
        icon={<ChevronRight aria-hidden="true" className={cx('size-4', open && 'rotate-90')} />}
      >
        {counted(fields.length, 'more setting')}, {changed === 0 ? 'all default' : `${changed} changed`}
      </Button>
      <div hidden={!open}>
        <Groups {...props} />
      </div>
    </div>
  )
}

export const within = (pointer: string, at: string) => pointer === at || pointer.startsWith(`${at}/`)

type StrangersProps = {
  fields: FieldSpec[]
  schema: JsonSchema
  value: FormValue
  onChange: (value: FormValue) => void
}

/** Settings that the schema does not name: from a job of an older version, say. They are shown, not dropped. */
function Strangers({ fields, schema, value, onChange }: StrangersProps) {
  const known = new Set(fields.map(({ key }) => key))
  const strangers = Object.keys(value).filter((key) => !known.has(key))
  if (strangers.length === 0) return null
  return (
    <Banner tone={schema.additionalProperties === false ? 'bad' : 'info'} title="Settings not known here">
      <ul className="flex flex-col gap-1">
        {strangers.slice(0, 20).map((key) => (
          <li key={key} className="flex flex-wrap items-center gap-2">
            <Name className="font-mono text-code">{`${key} = ${JSON.stringify(value[key])}`}</Name>
            <Button small variant="quiet" onClick={() => onChange(withoutField(value, key))}>
              Leave out
            </Button>
          </li>
        ))}
      </ul>
    </Banner>
  )
}

/** Puts the focus on the control of a pointer, or of the nearest one around it. False where there is none. */
export function focusPointer(pointer: string): boolean {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const part = document.querySelector(`[data-pointer="${CSS.escape(at)}"]`)
    const control =
      part?.querySelector<HTMLElement>('[aria-invalid]') ??
      part?.querySelector<HTMLElement>('input, select, textarea') ??
      part?.querySelector<HTMLElement>('button')
    if (control) {
      control.focus()
      return true
    }
    if (!at.includes('/')) return false
  }
}
