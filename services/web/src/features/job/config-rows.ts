import type { Architecture, Job } from '@trainyard/contracts/training'
import { titleOf } from '../../schema-form/words.ts'

export type ConfigRow = {
  name: string
  title: string
  value: unknown
  usual: unknown
  changed: boolean
  help: string
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Settings that do not come from the architecture, as the trainer takes them when they are left out. */
const TRAINING: Record<string, { title: string; usual: unknown }> = {
  epochs: { title: 'Epochs', usual: 'auto' },
  batch_size: { title: 'Batch size', usual: 'auto' },
  micro_batch_size: { title: 'Piece of a batch', usual: 'auto' },
  precision: { title: 'Precision', usual: 'auto' },
  loss: { title: 'Loss', usual: 'auto' },
  selection_metric: { title: 'Best epoch by', usual: 'auto' },
  class_weights: { title: 'Class weights', usual: 'auto' },
  early_stopping_patience: { title: 'Patience', usual: undefined },
  seed: { title: 'Seed', usual: undefined },
  time_limit_seconds: { title: 'Time limit in seconds', usual: undefined }
}

/** A job's settings as they count: changed ones first. */
export function configRows(job: Pick<Job, 'model' | 'training'>, architecture: Architecture | undefined) {
  const given = job.model.hyperparameters ?? {}
  const schema: unknown = architecture?.hyperparameters
  const properties = isRecord(schema) ? schema.properties : undefined
  const known = isRecord(properties) ? properties : {}
  const names = new Set([...Object.keys(known), ...Object.keys(given)])
  const model = [...names].map((name): ConfigRow => {
    const property = known[name]
    const spec = isRecord(property) ? property : {}
    const usual = spec.default
    const value = name in given ? given[name] : usual
    return {
      name,
      title: typeof spec.title === 'string' ? spec.title : titleOf(name),
      value,
      usual,
      changed: name in given && JSON.stringify(value) !== JSON.stringify(usual),
      help: typeof spec.description === 'string' ? spec.description : ''
    }
  })
  const set: Record<string, unknown> = { ...job.training }
  const all = new Set([...Object.keys(TRAINING), ...Object.keys(set)])
  const training = [...all].map((name): ConfigRow => {
    const { title, usual } = TRAINING[name] ?? { title: titleOf(name), usual: undefined }
    const value = set[name] ?? usual
    const changed = value !== undefined && value !== usual
    return { name: `training.${name}`, title, value, usual, changed, help: '' }
  })
  return [...training, ...model].sort((a, b) => Number(b.changed) - Number(a.changed))
}

/** A setting as text: lists as they are written. What is not set is what the trainer takes by itself. */
export function valueText(value: unknown): string {
  if (value === undefined) return 'default'
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
