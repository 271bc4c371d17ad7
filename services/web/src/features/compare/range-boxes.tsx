import { useState } from 'react'
import type { Domain } from '../../charts/chart-series.ts'
import { Button } from '../../ui/button.tsx'
import { plainName } from '../../ui/name.tsx'
import { NumberInput } from '../../ui/number-input.tsx'
import type { Brushes, Fact } from './facts.ts'

type Props = {
  facts: readonly Fact[]
  brushes: Brushes
  onRange: (key: string, range: Domain | undefined) => void
}

/** The same as dragging along an axis: two numbers for each of them. */
export function RangeBoxes({ facts, brushes, onRange }: Props) {
  return (
    <details open={brushes.size > 0 || undefined}>
      <summary className="min-h-6 cursor-pointer">Ranges</summary>
      <div className="grid gap-3 pt-2 xl:grid-cols-2">
        {facts
          .filter(({ numeric }) => numeric)
          .map((fact) => {
            const range = brushes.get(fact.key)
            return (
              <Boxes
                key={`${fact.key} ${range?.from} ${range?.to}`}
                fact={fact}
                range={range}
                onRange={(next) => onRange(fact.key, next)}
              />
            )
          })}
      </div>
    </details>
  )
}

type BoxesProps = { fact: Fact; range: Domain | undefined; onRange: (range: Domain | undefined) => void }

function Boxes({ fact, range, onRange }: BoxesProps) {
  const [from, setFrom] = useState<number | null>(range?.from ?? null)
  const [to, setTo] = useState<number | null>(range?.to ?? null)
  const known = fact.values.filter((value) => typeof value === 'number')
  const label = plainName(fact.label, 60)
  const keep = () => {
    // One box alone is open at the other end.
    const next = { from: from ?? Math.min(...known), to: to ?? Math.max(...known) }
    onRange((from === null && to === null) || !(next.from <= next.to) ? undefined : next)
  }
  return (
    <fieldset className="flex flex-wrap items-end gap-2">
      <legend className="text-xs text-muted">{label}</legend>
      <div className="w-32">
        <NumberInput label={`${label} from`} placeholder="least" value={from} onChange={setFrom} />
      </div>
      <div className="w-32">
        <NumberInput label={`${label} to`} placeholder="most" value={to} onChange={setTo} />
      </div>
      <Button small onClick={keep} aria-label={`Keep runs with ${label} in this range`}>
        Keep
      </Button>
      {range && (
        <Button
          small
          variant="quiet"
          aria-label={`All values of ${label}`}
          onClick={() => onRange(undefined)}
        >
          All
        </Button>
      )}
    </fieldset>
  )
}
