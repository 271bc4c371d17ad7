/** Rows of the test, and further models that learned little, by name, with their scores on those rows. */
export type MetricsFile = {
  rows: number | undefined
  baselines: { name: string; scores: Record<string, number> }[]
}

/** What the trainer's own report says of the test, which the job itself does not carry. */
export function readMetricsFile(text: string): MetricsFile {
  const value: unknown = JSON.parse(text)
  const rows = field(field(value, 'test_report'), 'rows')
  const baselines = field(field(value, 'metrics'), 'baselines')
  return {
    rows: typeof rows === 'number' ? rows : undefined,
    baselines: Array.isArray(baselines) ? baselines.flatMap(baselineOf) : []
  }
}

function baselineOf(value: unknown): MetricsFile['baselines'] {
  const name = field(value, 'name')
  if (typeof name !== 'string' || typeof value !== 'object' || value === null) return []
  const scores = Object.entries(value).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number'
  )
  return [{ name, scores: Object.fromEntries(scores) }]
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
