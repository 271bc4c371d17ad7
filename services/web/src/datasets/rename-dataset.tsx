import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { DatasetPatch, DatasetSummary } from '@trainyard/contracts/dataset'
import { type FormEvent, useId, useState } from 'react'
import { client } from '../api/client.ts'
import { datasetKey } from '../api/datasets.ts'
import { sentenceFor } from '../api/errors.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorCard } from '../ui/error-card.tsx'
import { Field } from '../ui/field.tsx'
import { TextArea, TextInput } from '../ui/text-input.tsx'

type Props = {
  dataset: Pick<DatasetSummary, 'id' | 'name' | 'description'>
  open: boolean
  onClose: () => void
}
const MOST_NAME = 200
const MOST_DESCRIPTION = 4_000

export function RenameDataset({ open, onClose, dataset }: Props) {
  return (
    <Dialog open={open} onClose={onClose} title="Name and description">
      <RenameForm dataset={dataset} onClose={onClose} />
    </Dialog>
  )
}

function RenameForm({ dataset, onClose }: Omit<Props, 'open'>) {
  const queries = useQueryClient()
  const [name, setName] = useState(dataset.name)
  const [description, setDescription] = useState(dataset.description ?? '')
  const errors = useId()
  const save = useMutation({
    mutationFn: (changes: DatasetPatch) => client.datasets.patch(dataset.id, changes),
    onSuccess(changed) {
      queries.setQueryData(datasetKey(dataset.id), changed)
      void queries.invalidateQueries({ queryKey: ['datasets'] })
      onClose()
    }
  })
  const blank = name.trim() === ''
  const { fields } = save.isError ? sentenceFor(save.error) : { fields: [] }
  const said = (pointer: string) => fields.find((field) => field.pointer === pointer)?.message
  function submit(event: FormEvent) {
    event.preventDefault()
    if (!blank)
      save.mutate({ name: name.trim(), description: description.trim() === '' ? null : description })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 pt-3" aria-describedby={errors}>
      <Field
        label="Name"
        error={blank ? 'Give it a name with a visible character.' : said('/name')}
        hint={name.length > MOST_NAME - 20 ? `${name.length} of ${MOST_NAME} characters` : undefined}
      >
        {(wiring) => (
          <TextInput
            {...wiring}
            value={name}
            maxLength={MOST_NAME}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label="Description" error={said('/description')} hint="Where it comes from, what a row is.">
        {(wiring) => (
          <TextArea
            {...wiring}
            value={description}
            maxLength={MOST_DESCRIPTION}
            onChange={(event) => setDescription(event.target.value)}
          />
        )}
      </Field>
      <div id={errors}>{save.isError && fields.length === 0 && <ErrorCard error={save.error} />}</div>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={save.isPending} disabled={blank}>
          Save
        </Button>
      </div>
    </form>
  )
}
