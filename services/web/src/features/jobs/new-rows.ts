/**
 * Rows never move under the pointer: what came after the list was opened waits behind a pill. `shown` are the ids that
 * have been let in, in no order.
 */
export type Split<Row> = { visible: Row[]; waiting: Row[] }

/**
 * Divides the newest list from the server. A row that was not let in waits when it stands before one that was; rows
 * after the last known one come from scrolling and are shown.
 */
export function splitNew<Row extends { id: string }>(
  rows: readonly Row[],
  shown: ReadonlySet<string>
): Split<Row> {
  const last = rows.findLastIndex(({ id }) => shown.has(id))
  const visible: Row[] = []
  const waiting: Row[] = []
  rows.forEach((row, at) => {
    if (at < last && !shown.has(row.id)) waiting.push(row)
    else visible.push(row)
  })
  return { visible, waiting }
}
