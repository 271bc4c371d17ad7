import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '@trainyard/client/errors'

/**
 * Every fact that the server owns. The client repeats what may be repeated by itself, so a query fails once, with
 * its error shown; what cannot get better by asking again (4xx) is not asked again on focus either.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: false,
      staleTime: 15_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: (query) =>
        !(query.state.error instanceof ApiError && query.state.error.status < 500)
    },
    mutations: { retry: false }
  }
})
