import { client } from '../api/client.ts'
import { configQuery } from '../api/config.ts'
import { datasetKey } from '../api/datasets.ts'
import { queryClient } from '../api/query-client.ts'
import { bytes } from '../format/numbers.ts'
import { sendFile } from './send-file.ts'
import { createUploadManager } from './upload-manager.ts'

/** The uploads of this tab, whatever page is open. */
export const uploads = createUploadManager({
  limit: async () => (await queryClient.ensureQueryData(configQuery())).upload_limit_bytes,
  sized: bytes,
  send: async (options) => sendFile({ ...options, token: await client.token() }),
  onStored(dataset) {
    queryClient.setQueryData(datasetKey(dataset.id), dataset)
    void queryClient.invalidateQueries({ queryKey: ['datasets'] })
  }
})

/** While bytes would be lost, leaving the site asks. Listening only then keeps the page fit for the back cache. */
const ask = (event: BeforeUnloadEvent) => event.preventDefault()
uploads.subscribe(() => {
  if (uploads.isBusy()) globalThis.addEventListener('beforeunload', ask)
  else globalThis.removeEventListener('beforeunload', ask)
})
