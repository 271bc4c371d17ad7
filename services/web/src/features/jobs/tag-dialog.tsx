import { type FormEvent, useState } from 'react'
import { counted } from '../../format/numbers.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { TextInput } from '../../ui/text-input.tsx'

type Props = { open: boolean; count: number; onClose: () => void; onTag: (tag: string) => void }
const MOST = 64

export function TagDialog({ open, count, onClose, onTag }: Props) {
  return (
    <Dialog open={open} onClose={onClose} title={`Tag ${counted(count, 'job')}`}>
      <TagForm onClose={onClose} onTag={onTag} />
    </Dialog>
  )
}

function TagForm({ onClose, onTag }: Pick<Props, 'onClose' | 'onTag'>) {
  const [tag, setTag] = useState('')
  const [asked, setAsked] = useState(false)
  const blank = tag.trim() === ''
  function submit(event: FormEvent) {
    event.preventDefault()
    setAsked(true)
    if (blank) return
    onClose()
    onTag(tag.trim())
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 pt-3">
      <Field
        label="Tag"
        hint="Tags filter this list."
        error={asked && blank ? 'Type at least one character.' : undefined}
      >
        {(wiring) => (
          <TextInput
            {...wiring}
            value={tag}
            maxLength={MOST}
            onChange={(event) => setTag(event.target.value)}
          />
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary">
          Add the tag
        </Button>
      </div>
    </form>
  )
}
