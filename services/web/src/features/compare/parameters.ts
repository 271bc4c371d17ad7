import type { Architecture, Job } from '@trainyard/contracts/training'
import { addSettings, canonical, defaultsOf, type Settings, settingLabel } from '../../jobs/settings.ts'

/** One setting in all runs, in the order of the runs. `undefined`: this run has no such setting. */
export type ParameterRow = { key: string; label: string; values: readonly unknown[] }

/** Every setting that a run was trained with: what was left out stands with its architecture's default. */
export function settingsOf(job: Job, catalogue: readonly Architecture[]): Settings {
  const settings: Settings = new Map([
    ['data/dataset', job.dataset_id],
    ['data/target', job.target],
    ['data/task', job.task],
    ['model/architecture', job.model.architecture]
  ])
  const { architecture, hyperparameters } = job.model
  addSettings(settings, 'model', defaultsOf(catalogue.find(({ id }) => id === architecture)))
  addSettings(settings, 'model', hyperparameters)
  addSettings(settings, 'training', job.training)
  return settings
}

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
    .map((key) => ({ key, label: settingLabel(key), values: all.map((settings) => settings?.get(key)) }))
  return { rows, same: keys.length - rows.length }
}

/** A setting's value as text. */
export function valueText(value: unknown): string {
  if (value === undefined) return '–'
  if (value === null) return 'off'
  if (Array.isArray(value)) return value.map(valueText).join(' × ')
  return typeof value === 'object' ? canonical(value) : String(value)
}
