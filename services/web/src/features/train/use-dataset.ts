import { useQuery } from '@tanstack/react-query'
import { datasetQuery } from '../../api/datasets.ts'

const POLL_MS = 1_000

/** The chosen dataset; asked for again every second while it is being read. */
export function useDataset(id: string | null) {
  return useQuery({
    ...datasetQuery(id ?? ''),
    enabled: id !== null,
    refetchInterval: ({ state }) =>
      state.data?.status === 'profiling' || state.data?.status === 'uploading' ? POLL_MS : false
  })
}
