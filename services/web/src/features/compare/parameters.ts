import type { Architecture, Job } from '@trainyard/contracts/training'

/** One setting in all runs, in the order of the runs. `undefined`: this run has no such setting. */
export type ParameterRow = { key: string; label: string; values: readonly unknown[] }

type Settings = Map<string, unknown>

function add(settings: Settings, group: string, values: object | undefined) {
  for (const [name, value] of Object.entries(values ?? {})) {
    if (value !== undefined) settings.set(`${group}/${name}`, value)
  }
}

function defaultsOf(architecture: Architecture | undefined): Record<string, unknown> {
  const { properties } = (architecture?.hyperparameters ?? {}) as {
    properties?: Record<string, { default?: unknown }>
  }
  return Object.fromEntries(
    Object.entries(properties ?? {}).flatMap(([name, schema]) =>
      schema.default === undefined ? [] : [[name, schema.default]]
    )
  )
}

/** Every setting that a run was trained with: what was left out stands with its architecture's default. */
export function settingsOf(job: Job, catalogue: readonly Architecture[]): Settings {
  const settings: Settings = new Map([
    ['data/dataset', job.dataset_id],
    ['data/target', job.target],
    ['data/task', job.task],
    ['model/architecture', job.model.architecture]
  ])
  const { architecture, hyperparameters } = job.model
  add(settings, 'model', defaultsOf(catalogue.find(({ id }) => id === architecture)))
  add(settings, 'model', hyperparameters)
  add(settings, 'training', job.training)
  return settings
}

/** Objects by their content, whatever the order of their keys. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner
    ) ?? ''
  )
}

const labelOf = (key: string) => key.slice(key.indexOf('/') + 1).replaceAll('_', ' ')

/**
 * The settings in which the runs differ, and how many are the same in all of them. A run that is missing (undefined)
 * is not asked and has no values.
 */
export function differingParameters(
  jobs: readonly (Job | undefined)[],
  catalogue: readonly Architecture[]
): { rows: ParameterRow[]; same: number } {
  const all = jobs.map((job) => job && settingsOf(job, catalogue))
  const there = all.filter((settings) => settings !== undefined)
  const keys = [...new Set(there.flatMap((settings) => [...settings.keys()]))]
  const differs = (key: string) => new Set(there.map((settings) => canonical(settings.get(key)))).size > 1
  const rows = keys
    .filter(differs)
    .map((key) => ({ key, label: labelOf(key), values: all.map((settings) => settings?.get(key)) }))
  return { rows, same: keys.length - rows.length }
}

/** A setting's value as text. */
export function valueText(value: unknown): string {
  if (value === undefined) return '–'
  if (value === null) return 'off'
  if (Array.isArray(value)) return value.map(valueText).join(' × ')
  return typeof value === 'object' ? canonical(value) : String(value)
}
