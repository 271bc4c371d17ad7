/** One colour for each of eight runs; from the ninth on they repeat. Tailwind compiles only names that it reads. */
const FILL = [
  'bg-series-1',
  'bg-series-2',
  'bg-series-3',
  'bg-series-4',
  'bg-series-5',
  'bg-series-6',
  'bg-series-7',
  'bg-series-8'
] as const
const EDGE = [
  'border-series-1',
  'border-series-2',
  'border-series-3',
  'border-series-4',
  'border-series-5',
  'border-series-6',
  'border-series-7',
  'border-series-8'
] as const
const LINE = [
  'stroke-series-1',
  'stroke-series-2',
  'stroke-series-3',
  'stroke-series-4',
  'stroke-series-5',
  'stroke-series-6',
  'stroke-series-7',
  'stroke-series-8'
] as const

export const fillOf = (index: number) => FILL[index % FILL.length]
export const edgeOf = (index: number) => EDGE[index % EDGE.length]
export const lineOf = (index: number) => LINE[index % LINE.length]
/** From here on colours come again, dashed. */
export const isRepeated = (index: number) => index >= FILL.length
