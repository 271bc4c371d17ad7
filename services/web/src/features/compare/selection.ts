/** More runs than this are not told apart on one chart. */
export const MOST_RUNS = 20

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What `?ids=&base=` asks for: each run once, in the order given; the base is one of them, else the first. */
export type Selection = {
  ids: readonly string[]
  base: string | undefined
  /** Entries that are no ids, and runs past the most. */
  left: number
}

export function parseSelection(params: URLSearchParams): Selection {
  const asked = (params.get('ids') ?? '')
    .split(',')
    .map((id) => id.trim().toLowerCase())
    .filter((id) => id !== '')
  const unique = [...new Set(asked)]
  const ids = unique.filter((id) => ID.test(id)).slice(0, MOST_RUNS)
  const base = params.get('base')?.toLowerCase()
  return { ids, base: ids.find((id) => id === base) ?? ids[0], left: unique.length - ids.length }
}

const changed = (params: URLSearchParams, changes: Record<string, string | undefined>) => {
  const next = new URLSearchParams(params)
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) next.delete(key)
    else next.set(key, value)
  }
  return next
}

/** The address with one setting changed; undefined takes it out. */
export const withSetting = (params: URLSearchParams, key: string, value: string | undefined) =>
  changed(params, { [key]: value })

/** The address without one run; where that was the base, the first one left becomes it. */
export function withoutRun(params: URLSearchParams, id: string): URLSearchParams {
  const { ids, base } = parseSelection(params)
  return changed(params, {
    ids: ids.filter((one) => one !== id).join(','),
    base: base === id ? undefined : base
  })
}

/** The address with one run more, at the end; the same address where it is in already or there is no room. */
export function withRun(params: URLSearchParams, id: string): URLSearchParams {
  const { ids } = parseSelection(params)
  if (ids.includes(id) || ids.length >= MOST_RUNS) return params
  return changed(params, { ids: [...ids, id].join(',') })
}
