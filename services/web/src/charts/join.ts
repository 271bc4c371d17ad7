import type { Line } from './thin.ts'

/** One x for all lines. `undefined`: this line has no point here; `null`: it has a gap here. */
export type Joined = { x: number[]; ys: (number | null | undefined)[][] }

/** Merges lines that rise in x. Several points of a line at one x stay several, in their order. */
export function join(lines: readonly Line[]): Joined {
  const at = lines.map(() => 0)
  const joined: Joined = { x: [], ys: lines.map(() => []) }
  for (;;) {
    let next = Number.POSITIVE_INFINITY
    for (let i = 0; i < lines.length; i++) {
      const x = lines[i]?.x[at[i] as number]
      if (x !== undefined && x < next) next = x
    }
    if (next === Number.POSITIVE_INFINITY) return joined
    joined.x.push(next)
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] as Line
      const index = at[i] as number
      const here = line.x[index] === next
      joined.ys[i]?.push(here ? line.y[index] : undefined)
      if (here) at[i] = index + 1
    }
  }
}
