import { queryOptions } from '@tanstack/react-query'
import { client } from './client.ts'

/** Limits and features of this installation. */
export const configQuery = () =>
  queryOptions({
    queryKey: ['config'],
    queryFn: ({ signal }) => client.config({ signal }),
    staleTime: Number.POSITIVE_INFINITY
  })

/** Whether the platform still waits for its first administrator, and who may make an account. */
export const entryQuery = () =>
  queryOptions({ queryKey: ['entry'], queryFn: ({ signal }) => client.auth.entry({ signal }) })
