import type { Dataset } from '@trainyard/contracts/dataset'
import { Info, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { counted } from '../../format/numbers.ts'
import { Button } from '../../ui/button.tsx'
import { plainName } from '../../ui/name.tsx'
import { useToast } from '../../ui/toast.tsx'
import { targetOf } from './bodies.ts'
import { adviceOn, asChoice, chosenFeatures } from './features.ts'
import type { PartProps } from './part.ts'

const FIRST = 4

type Props = PartProps & { dataset: Dataset }

/** What the profile found about columns that are learned from, each with *leave out*. */
export function Findings({ form, change, dataset }: Props) {
  const [all, setAll] = useState(false)
  const toast = useToast()
  const target = targetOf(form, dataset)
  const { columns } = dataset
  const chosen = chosenFeatures(form.features, columns, target)
  const advice = adviceOn(dataset, chosen)
  if (advice.length === 0) return null
  const shown = all ? advice.slice(0, 200) : advice.slice(0, FIRST)

  function leaveOut(column: string) {
    const before = form.features
    const left = chosen.filter((name) => name !== column)
    change({ features: asChoice(left, columns, target) }, '/features')
    toast({
      message: <>Left out: {plainName(column, 80)}</>,
      action: { label: 'Undo', onClick: () => change({ features: before }, '/features') }
    })
  }
  return (
    <section aria-label="Findings" className="flex flex-col gap-1">
      <ul className="flex flex-col gap-1">
        {shown.map(({ column, message, warning }) => {
          const Icon = warning ? TriangleAlert : Info
          return (
            <li key={column + message} className="flex flex-wrap items-start gap-x-3 gap-y-1">
              <span className="flex min-w-0 flex-1 basis-64 items-start gap-2">
                <Icon
                  role="img"
                  aria-label={warning ? 'Warning' : 'Note'}
                  className={`mt-0.5 size-4 shrink-0 ${warning ? 'text-warning' : 'text-muted'}`}
                />
                <span className="min-w-0">{plainName(message, 600)}</span>
              </span>
              <Button small variant="quiet" onClick={() => leaveOut(column)}>
                Leave out
                <span className="sr-only"> {plainName(column, 80)}</span>
              </Button>
            </li>
          )
        })}
      </ul>
      {advice.length > FIRST && (
        <Button small variant="quiet" className="-ml-2 self-start" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : counted(advice.length - FIRST, 'more finding')}
        </Button>
      )}
    </section>
  )
}
