import { queryOptions } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { jobKey } from '../../api/jobs.ts'

export type MetricsFile = { rows: number | undefined }
const FILE = 'metrics.json'

/** What the trainer's own report says of the test, which the job itself does not carry. */
export const metricsFileQuery = (jobId: string) =>
  queryOptions({
    queryKey: [...jobKey(jobId), 'artifacts', FILE],
    queryFn: async ({ signal }): Promise<MetricsFile> => {
      const file = await client.training.download(jobId, { artifact: FILE, signal })
      return readMetricsFile(new TextDecoder().decode(await file.all()))
    }
  })

export function readMetricsFile(text: string): MetricsFile {
  const value: unknown = JSON.parse(text)
  const report = field(value, 'test_report')
  const rows = field(report, 'rows')
  return { rows: typeof rows === 'number' ? rows : undefined }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
