import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ApiError } from '@trainyard/client/errors'
import type { DatasetSummary } from '@trainyard/contracts/dataset'
import { client } from '../api/client.ts'
import { datasetKey } from '../api/datasets.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorCard } from '../ui/error-card.tsx'
import { Name } from '../ui/name.tsx'
import { useToast } from '../ui/toast.tsx'
import { JobsInTheWay } from './jobs-in-the-way.tsx'

type Props = {
  dataset: Pick<DatasetSummary, 'id' | 'name'>
  open: boolean
  onClose: () => void
  onDeleted?: () => void
}

const isGone = (error: unknown) => error instanceof ApiError && error.code === 'DATASET_NOT_FOUND'
const isInUse = (error: unknown) => error instanceof ApiError && error.code === 'DATASET_IN_USE'

/** Asks, because it cannot be undone; where jobs still need the dataset it lists them instead. */
export function DeleteDataset({ dataset, open, onClose, onDeleted }: Props) {
  const queries = useQueryClient()
  const toast = useToast()
  const remove = useMutation({
    mutationFn: async () => {
      try {
        await client.datasets.delete(dataset.id)
      } catch (error) {
        // Somebody was faster, or the reply to the first try was lost.
        if (!isGone(error)) throw error
      }
    },
    onSuccess() {
      close()
      toast({ message: 'The dataset was deleted.' })
      onDeleted?.()
      queries.removeQueries({ queryKey: datasetKey(dataset.id) })
      void queries.invalidateQueries({ queryKey: ['datasets'] })
    }
  })
  function close() {
    onClose()
    remove.reset()
  }
  const inUse = remove.isError && isInUse(remove.error)
  return (
    <Dialog
      open={open}
      onClose={close}
      title={inUse ? 'Jobs need this dataset' : 'Delete this dataset?'}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            {inUse ? 'Try again' : 'Delete'}
          </Button>
        </>
      }
    >
      <p className="pt-2">
        <Name className="font-semibold">{dataset.name}</Name>
      </p>
      {inUse ? (
        <JobsInTheWay datasetId={dataset.id} />
      ) : (
        <p className="pt-2 text-muted">
          The file and its profile are deleted for good. Finished jobs and their models stay.
        </p>
      )}
      {remove.isError && !inUse && (
        <div className="pt-3">
          <ErrorCard error={remove.error} />
        </div>
      )}
    </Dialog>
  )
}
