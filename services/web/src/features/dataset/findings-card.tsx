import type { Dataset } from '@trainyard/contracts/dataset'
import { Info, TriangleAlert, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { counted } from '../../format/numbers.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Name, plainName } from '../../ui/name.tsx'
import { type Finding, findingsOf } from './findings.ts'
import { useLeftOut } from './use-left-out.ts'

/** At first; the rest is one press away. */
const SHOWN = 5
const MESSAGE = 2_000

/** What to know before training, each with *leave out* where that answers it; and what is left out already. */
export function FindingsCard({ dataset }: { dataset: Dataset }) {
  const { left, toggle } = useLeftOut()
  const [all, setAll] = useState(false)
  const found = findingsOf(dataset, left)
  if (found.length === 0 && left.size === 0) return null
  const shown = all ? found : found.slice(0, SHOWN)
  return (
    <Card flush title="Before you train">
      {left.size > 0 && <LeftOut names={[...left]} onUndo={toggle} />}
      <ul aria-label="Findings" className="divide-y divide-line">
        {shown.map((finding) => (
          <FindingRow key={finding.key} finding={finding} onLeaveOut={toggle} />
        ))}
      </ul>
      {found.length > SHOWN && (
        <div className="border-t border-line px-4 py-2">
          <Button small variant="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Show fewer' : `Show all ${counted(found.length, 'finding')}`}
          </Button>
        </div>
      )}
    </Card>
  )
}

type RowProps = { finding: Finding; onLeaveOut: (column: string) => void }

function FindingRow({ finding, onLeaveOut }: RowProps) {
  const { severity, message, column, leaveOut, own } = finding
  const warning = severity === 'warning'
  const Icon = warning ? TriangleAlert : Info
  return (
    <li className="flex items-start gap-3 px-4 py-2">
      <Icon
        role="img"
        aria-label={warning ? 'Warning' : 'Note'}
        className={`mt-0.5 size-4 shrink-0 ${warning ? 'text-warning' : 'text-muted'}`}
      />
      <p className="min-w-0 flex-1">
        {own && column !== undefined && (
          <>
            <Name className="font-semibold">{column}</Name>{' '}
          </>
        )}
        <bdi>{plainName(message, MESSAGE)}</bdi>
      </p>
      {leaveOut && column !== undefined && (
        <Button small aria-label={`Leave out ${plainName(column, 60)}`} onClick={() => onLeaveOut(column)}>
          Leave out
        </Button>
      )}
    </li>
  )
}

function LeftOut({ names, onUndo }: { names: string[]; onUndo: (column: string) => void }) {
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-sunken px-4 py-2">
      <span className="text-muted">Left out of the training:</span>
      {names.map((name) => (
        <Button
          key={name}
          small
          icon={<Undo2 aria-hidden="true" className="size-3.5" />}
          aria-label={`Take ${plainName(name, 60)} in again`}
          onClick={() => onUndo(name)}
          className="max-w-60"
        >
          <Name truncate>{name}</Name>
        </Button>
      ))}
    </div>
  )
}
