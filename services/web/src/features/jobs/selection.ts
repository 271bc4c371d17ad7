/** Ids that are ticked, and the row that the keys act on. */
export type Selection = { ticked: ReadonlySet<string>; cursor: string | undefined }
export const NOTHING: Selection = { ticked: new Set(), cursor: undefined }

export function toggled({ ticked, cursor }: Selection, id: string): Selection {
  const next = new Set(ticked)
  if (!next.delete(id)) next.add(id)
  return { ticked: next, cursor: cursor ?? id }
}

/** Ticks every row from the cursor to this one, as a click with Shift does. */
export function tickedTo(selection: Selection, ids: readonly string[], id: string): Selection {
  const from = ids.indexOf(selection.cursor ?? id)
  const to = ids.indexOf(id)
  if (from < 0 || to < 0) return toggled(selection, id)
  const between = ids.slice(Math.min(from, to), Math.max(from, to) + 1)
  return { ticked: new Set([...selection.ticked, ...between]), cursor: id }
}

/** j and k: one row on or back; at first the first row. Stays at the ends. */
export function moved(selection: Selection, ids: readonly string[], by: 1 | -1): Selection {
  const at = selection.cursor === undefined ? -1 : ids.indexOf(selection.cursor)
  const next = at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + by))
  return { ...selection, cursor: ids[next] }
}

/** All of them, or none where all are ticked already. */
export function toggledAll(selection: Selection, ids: readonly string[]): Selection {
  const all = ids.length > 0 && ids.every((id) => selection.ticked.has(id))
  return { ...selection, ticked: new Set(all ? [] : ids) }
}

/** Without rows that are not there any more (deleted, or filtered away): nothing unseen is ever acted on. */
export function kept(selection: Selection, ids: ReadonlySet<string>): Selection {
  const { ticked, cursor } = selection
  const gone = [...ticked].some((id) => !ids.has(id)) || (cursor !== undefined && !ids.has(cursor))
  if (!gone) return selection
  return {
    ticked: new Set([...ticked].filter((id) => ids.has(id))),
    cursor: cursor !== undefined && ids.has(cursor) ? cursor : undefined
  }
}
