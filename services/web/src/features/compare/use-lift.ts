import { useState } from 'react'
import { readView } from './compare-view.ts'
import { withSetting } from './selection.ts'

export type Lift = {
  /** The run that stands out: the one pointed at or focused, else the one that the address names. */
  id: string | undefined
  selected: string | undefined
  point: (id: string | undefined) => void
  /** Marks a run in the address, or takes its mark away. */
  select: (id: string) => void
  /** For whatever stands for a run. */
  on: (id: string) => {
    onPointerEnter: () => void
    onPointerLeave: () => void
    onFocus: () => void
    onBlur: () => void
  }
}

/** One run is lifted everywhere on the page: in the chart, the plots and the tables. */
export function useLift(params: URLSearchParams, onChange: (next: URLSearchParams) => void): Lift {
  const [pointed, setPointed] = useState<string>()
  const { run } = readView(params)
  const leave = () => setPointed(undefined)
  return {
    id: pointed ?? run,
    selected: run,
    point: setPointed,
    select: (id) => onChange(withSetting(params, 'run', id === run ? undefined : id)),
    on(id) {
      const enter = () => setPointed(id)
      return { onPointerEnter: enter, onPointerLeave: leave, onFocus: enter, onBlur: leave }
    }
  }
}
