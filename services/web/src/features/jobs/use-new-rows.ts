import type { Job } from '@trainyard/contracts/training'
import { useState } from 'react'
import { splitNew } from './new-rows.ts'

type Known = { list: string; ids: ReadonlySet<string> }

/**
 * Holds rows back that came while the list was open. `list` names the list: another filter is another list. Nothing is
 * held back until `settled`, when the list was read after the page was opened.
 */
export function useNewRows(rows: readonly Job[], list: string, settled: boolean) {
  const [known, setKnown] = useState<Known>({ list, ids: new Set() })
  const ids = known.list === list ? known.ids : new Set<string>()
  const { visible, waiting } = settled ? splitNew(rows, ids) : { visible: [...rows], waiting: [] }
  if (settled && (known.list !== list || visible.some(({ id }) => !ids.has(id)))) {
    setKnown({ list, ids: new Set([...ids, ...visible.map(({ id }) => id)]) })
  }
  const letIn = () => setKnown({ list, ids: new Set(rows.map(({ id }) => id)) })
  return { visible, waiting, letIn }
}
