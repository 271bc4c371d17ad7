import type { CreateJob } from '@trainyard/contracts/training'
import type { Draft } from './draft-store.ts'
import { emptyForm, formOf, type TrainForm } from './form.ts'

/** What the address says: `?dataset=`, `?from=`, and once only `target`, `leave` (repeatable), `batch_size`. */
export type Asked = {
  dataset: string | null
  from: string | null
  target: string | null
  without: string[]
  batchSize: number | null
}
export const ONCE = ['target', 'leave', 'batch_size'] as const

export function readAsked(params: URLSearchParams): Asked {
  const batch = Number(params.get('batch_size') ?? Number.NaN)
  return {
    dataset: params.get('dataset'),
    from: params.get('from'),
    target: params.get('target'),
    without: params.getAll('leave'),
    batchSize: Number.isSafeInteger(batch) && batch > 0 ? batch : null
  }
}

export type Opening = {
  form: TrainForm
  /** When the draft was kept that the form comes from. */
  restored: number | null
  /** Columns to leave out as soon as the dataset is known. */
  without: string[]
}

/** The form that the page opens with: the draft, else the cloned job, else empty; then what the address asks for. */
export function open(asked: Asked, draft: Draft | undefined, clone: CreateJob | undefined): Opening {
  const base = draft?.form ?? (clone ? formOf(clone) : emptyForm())
  const form = onDataset(base, asked.dataset)
  return {
    form: {
      ...form,
      target: asked.target ?? form.target,
      run: asked.batchSize === null ? form.run : { ...form.run, batch_size: asked.batchSize }
    },
    restored: draft?.at ?? null,
    without: asked.without
  }
}

/** The same form on another dataset: columns mean something else there. */
export function onDataset(form: TrainForm, dataset: string | null): TrainForm {
  if (dataset === null || dataset === form.dataset) return form
  return {
    ...form,
    dataset,
    target: null,
    task: 'auto',
    features: null,
    splitBy: { group: null, time: null },
    made: {}
  }
}
