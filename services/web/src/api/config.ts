import { queryOptions } from '@tanstack/react-query'
import { client } from './client.ts'

/** Limits and features of this installation. */
export const configQuery = () =>
  queryOptions({
    queryKey: ['config'],
    queryFn: ({ signal }) => client.config({ signal }),
    staleTime: Number.POSITIVE_INFINITY
  })

/** Whether the platform still waits for its first administrator. */
export const setupQuery = () =>
  queryOptions({ queryKey: ['setup'], queryFn: ({ signal }) => client.auth.setupNeeded({ signal }) })
