import type { ColumnProfile, Dataset } from '@trainyard/contracts/dataset'
import { useState } from 'react'
import { counted, share } from '../../format/numbers.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FieldError } from '../../ui/field.tsx'
import { Name } from '../../ui/name.tsx'
import { TextInput } from '../../ui/text-input.tsx'
import { targetOf } from './bodies.ts'
import { asChoice, chosenFeatures, defaultFeatures, possibleFeatures } from './features.ts'
import type { PartProps } from './part.ts'
import { roleNames } from './split-by.ts'

/** Rows of the dialog at a time: a filter finds the rest. */
const SHOWN = 300

type Props = PartProps & { dataset: Dataset }

/** `19 of 20 columns [Choose]`. */
export function FeaturesLine({ form, change, errors, dataset }: Props) {
  const [open, setOpen] = useState(false)
  const target = targetOf(form, dataset)
  const { columns } = dataset
  const roles = roleNames(form)
  const chosen = chosenFeatures(form.features, columns, target, roles)
  const wrong = errors.find(({ pointer }) => pointer === '/features')?.message
  const set = (names: string[]) => change({ features: asChoice(names, columns, target, roles) }, '/features')
  const possible = possibleFeatures(columns, target)
  const taken = new Set(chosen)
  const left = columns.filter(({ name }) => name !== target && !taken.has(name))
  return (
    <div data-pointer="/features" className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-2">
        <span>
          <span className="font-semibold">Learns from</span> {chosen.length} of{' '}
          {counted(possible.length, 'other column')}
        </span>
        <Button small onClick={() => setOpen(true)}>
          Choose columns
        </Button>
        {form.features !== null && (
          <Button small variant="quiet" onClick={() => change({ features: null }, '/features')}>
            Reset
          </Button>
        )}
      </div>
      {left.length > 0 && (
        <p className="text-xs text-muted">
          Left out:{' '}
          {left.slice(0, 4).map(({ name, type }, i) => (
            <span key={name}>
              {i > 0 && ', '}
              <Name>{name.slice(0, 60)}</Name> ({type})
            </span>
          ))}
          {left.length > 4 && ` and ${left.length - 4} more`}
        </p>
      )}
      {wrong && <FieldError>{wrong}</FieldError>}
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Columns to learn from"
        description="Texts and identifiers are left out at first: they say nothing about a new row."
        wide
        actions={
          <Button variant="primary" onClick={() => setOpen(false)}>
            Done
          </Button>
        }
      >
        <Chooser
          columns={possible}
          rows={dataset.rows ?? 0}
          chosen={chosen}
          usual={defaultFeatures(columns, target)}
          onSet={set}
        />
      </Dialog>
    </div>
  )
}

type ChooserProps = {
  columns: ColumnProfile[]
  rows: number
  chosen: string[]
  usual: string[]
  onSet: (names: string[]) => void
}
function Chooser({ columns, rows, chosen, usual, onSet }: ChooserProps) {
  const [filter, setFilter] = useState('')
  const wanted = filter.trim().toLowerCase()
  const found = columns.filter(({ name }) => name.toLowerCase().includes(wanted))
  const ticked = new Set(chosen)
  const tick = (name: string, on: boolean) =>
    onSet(columns.map((column) => column.name).filter((other) => (other === name ? on : ticked.has(other))))
  const all = (on: boolean) => {
    const names = new Set(found.map(({ name }) => name))
    onSet(columns.map(({ name }) => name).filter((name) => (names.has(name) ? on : ticked.has(name))))
  }
  return (
    <div className="flex flex-col gap-3 pt-3">
      <div className="flex flex-wrap items-center gap-2">
        <TextInput
          aria-label="Filter columns"
          placeholder="Filter"
          className="!w-40 flex-1"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <Button small onClick={() => all(true)}>
          All
        </Button>
        <Button small onClick={() => all(false)}>
          None
        </Button>
        <Button small onClick={() => onSet(usual)}>
          Reset
        </Button>
      </div>
      <ul className="flex flex-col">
        {found.slice(0, SHOWN).map(({ name, type, missing }) => (
          <li key={name} className="border-t border-line">
            <Checkbox
              checked={ticked.has(name)}
              onChange={(on) => tick(name, on)}
              className="flex w-full py-1.5"
            >
              <span className="min-w-0 flex-1">
                <Name truncate>{name}</Name>
              </span>
              <span className="shrink-0 text-xs text-muted">
                {type}
                {missing > 0 && rows > 0 && `, ${share(missing / rows)} missing`}
              </span>
            </Checkbox>
          </li>
        ))}
      </ul>
      {found.length > SHOWN && (
        <p className="text-xs text-muted">
          {counted(found.length - SHOWN, 'more column')}: filter to see them. All and None concern them, too.
        </p>
      )}
      {found.length === 0 && <p className="text-muted">No column has such a name.</p>}
    </div>
  )
}
