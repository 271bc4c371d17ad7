import type { Architecture, CreateJob } from '@trainyard/contracts/training'

/** Settings by their place in the body, such as `training/epochs`; what was left out of the model has its default. */
export type Settings = Map<string, unknown>
export type Difference = { key: string; label: string; before: unknown; after: unknown }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function addSettings(settings: Settings, group: string, values: object | undefined) {
  for (const [name, value] of Object.entries(values ?? {})) {
    if (value !== undefined) settings.set(`${group}/${name}`, value)
  }
}

/** What the architecture takes for each hyperparameter that is left out. */
export function defaultsOf(architecture: Architecture | undefined): Record<string, unknown> {
  const schema: unknown = architecture?.hyperparameters
  const properties = isRecord(schema) ? schema.properties : undefined
  return Object.fromEntries(
    Object.entries(isRecord(properties) ? properties : {}).flatMap(([name, property]) =>
      isRecord(property) && property.default !== undefined ? [[name, property.default]] : []
    )
  )
}

/** Objects by their content, whatever the order of their keys. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner
    ) ?? ''
  )
}

/** `model/learning_rate` → `learning rate`. */
export const settingLabel = (key: string) => key.slice(key.indexOf('/') + 1).replaceAll('_', ' ')

/** Everything of a body that changes what is trained; its name, tags and origin do not. */
export function settingsOfBody(body: CreateJob, catalogue: readonly Architecture[]): Settings {
  const { dataset_id, task, target, features, columns, horizon, split, model, training, resources } = body
  const settings: Settings = new Map()
  addSettings(settings, 'data', { dataset: dataset_id, task: task ?? 'auto', target, features, horizon })
  addSettings(settings, 'columns', columns)
  addSettings(settings, 'split', split)
  addSettings(settings, 'model', { architecture: model.architecture })
  addSettings(settings, 'model', defaultsOf(catalogue.find(({ id }) => id === model.architecture)))
  addSettings(settings, 'model', model.hyperparameters)
  addSettings(settings, 'training', training)
  addSettings(settings, 'resources', resources)
  return settings
}

/** Settings that are not the same in both, in the order of the later one. */
export function differences(before: Settings, after: Settings): Difference[] {
  return [...new Set([...after.keys(), ...before.keys()])]
    .filter((key) => canonical(before.get(key)) !== canonical(after.get(key)))
    .map((key) => ({ key, label: settingLabel(key), before: before.get(key), after: after.get(key) }))
}
