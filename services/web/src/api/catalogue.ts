import { queryOptions } from '@tanstack/react-query'
import { client } from './client.ts'

/** Every architecture with the JSON Schema of its hyperparameters. */
export const architecturesQuery = () =>
  queryOptions({
    queryKey: ['architectures'],
    queryFn: ({ signal }) => client.training.architectures({ signal }),
    staleTime: 10 * 60_000
  })
