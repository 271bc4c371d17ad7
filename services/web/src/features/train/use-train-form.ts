import { useEffect, useRef, useState } from 'react'
import { emptyForm, type TrainForm } from './form.ts'
import type { Opening } from './opening.ts'
import type { Drafts } from './use-opening.ts'

/** The form and its draft: each change is written at once, so that a reload at any moment loses nothing. */
export function useTrainForm(opening: Opening, { store, key }: Drafts) {
  const [form, setForm] = useState(opening.form)
  const [restored, setRestored] = useState(opening.restored)
  /** False once the browser refused to keep the draft: a full disk, say. */
  const [kept, setKept] = useState(true)
  const latest = useRef(form)
  const done = useRef(false)

  const write = (work: Promise<void>) => work.catch(() => setKept(false))
  // What the address brought is kept as well: it is taken out of the address right after.
  const first = useRef(opening)
  useEffect(() => {
    const { form: start } = first.current
    if (start.target !== null || start.clonedFrom !== null) {
      store.save(key, { form: start, at: Date.now() }).catch(() => setKept(false))
    }
  }, [store, key])

  return {
    form,
    restored,
    kept,
    update: (patch: Partial<TrainForm>) => {
      const next = { ...latest.current, ...patch }
      latest.current = next
      setForm(next)
      if (!done.current) void write(store.save(key, { form: next, at: Date.now() }))
    },
    /** Forgets the draft; the dataset stays chosen. */
    startOver: () => {
      latest.current = { ...emptyForm(), dataset: latest.current.dataset }
      setForm(latest.current)
      setRestored(null)
      void write(store.drop(key))
    },
    /** The jobs are made: nothing that comes later brings the draft back. */
    finish: async () => {
      done.current = true
      await write(store.drop(key))
    }
  }
}
