import { client } from '../api/client.ts'
import { queryClient } from '../api/query-client.ts'
import { createLiveHub } from './hub.ts'

/** The one socket of this tab and everything that it feeds. */
export const live = createLiveHub({ client, queries: queryClient })
live.watchBrowser()

export const seriesStore = (jobId: string) => live.session(jobId).series
export const logStore = (jobId: string) => live.session(jobId).logs
