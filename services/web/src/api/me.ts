import { queryOptions } from '@tanstack/react-query'
import { client } from './client.ts'

/** Who is signed in. Fails with 401 when nobody is. */
export const meQuery = () =>
  queryOptions({
    queryKey: ['me'],
    queryFn: ({ signal }) => client.auth.me({ signal }),
    staleTime: 5 * 60_000
  })
