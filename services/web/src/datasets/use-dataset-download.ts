import type { DatasetSummary } from '@trainyard/contracts/dataset'
import { client } from '../api/client.ts'
import { sentenceFor } from '../api/errors.ts'
import { useToast } from '../ui/toast.tsx'

/** Gives the function that saves a dataset's original bytes to disk, by a link that needs no token for five minutes. */
export function useDatasetDownload({ id }: Pick<DatasetSummary, 'id'>) {
  const toast = useToast()
  return async () => {
    try {
      const { url } = await client.datasets.link(id)
      // The path alone: the page's own origin serves it, also behind another address than the server knows.
      const { pathname, search } = new URL(url)
      location.assign(`${pathname}${search}`)
    } catch (error) {
      const { title, message } = sentenceFor(error)
      toast({ tone: 'bad', message: `${title}. ${message}` })
    }
  }
}
