import { queryOptions } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { jobKey } from '../../api/jobs.ts'
import { type MetricsFile, readMetricsFile } from './metrics-file.ts'

const FILE = 'metrics.json'

/** The trainer's own report, among the job's files. */
export const metricsFileQuery = (jobId: string) =>
  queryOptions({
    queryKey: [...jobKey(jobId), 'artifacts', FILE],
    queryFn: async ({ signal }): Promise<MetricsFile> => {
      const file = await client.training.download(jobId, { artifact: FILE, signal })
      return readMetricsFile(new TextDecoder().decode(await file.all()))
    }
  })
