import { artifactsQuery, jobQuery } from '../../api/jobs.ts'
import { queryClient } from '../../api/query-client.ts'
import { metricsFileQuery } from './metrics-file-query.ts'

/**
 * Asks for what the page shows first while its code and its first drawing still take their time. What fails is asked
 * for again by the part that needs it, which then shows the error.
 */
export async function readEarly(jobId: string) {
  if (queryClient.getQueryData(jobQuery(jobId).queryKey)) return
  await queryClient.prefetchQuery(jobQuery(jobId))
  const job = queryClient.getQueryData(jobQuery(jobId).queryKey)
  if (!job) return
  void queryClient.prefetchQuery(artifactsQuery(jobId))
  if (job.metrics.test !== null) void queryClient.prefetchQuery(metricsFileQuery(jobId))
}
