import type { Dataset } from '@trainyard/contracts/dataset'
import type { Architecture, CreateJob } from '@trainyard/contracts/training'
import { sendable } from '../../schema-form/form-state.ts'
import { readFields } from '../../schema-form/read-fields.ts'
import { resolveRefs } from '../../schema-form/refs.ts'
import { type FormValue, isRecord, type JsonSchema } from '../../schema-form/types.ts'
import { asChoice, chosenFeatures } from './features.ts'
import { isRunKey, type TrainForm, tagsOf } from './form.ts'
import { SECTION_OF } from './run-schema.ts'
import { roleNames, rolesOf } from './split-by.ts'
import { suggestTarget } from './target.ts'

export type Body = { architecture: string; body: CreateJob }
export type Context = {
  form: TrainForm
  /** Undefined while it is not there: then what depends on it is left to the platform. */
  dataset: Dataset | undefined
  architectures: readonly Architecture[]
  runSchema: JsonSchema
  /** Ties the jobs of one form together where there are several. */
  groupTag: string
}

export const targetOf = (form: TrainForm, dataset: Dataset | undefined): string | null =>
  form.target ?? (dataset ? (suggestTarget(dataset)?.target ?? null) : null)

/** What *Train* sends: one body a ticked architecture, without anything that is a default. */
export function bodiesOf({ form, dataset, architectures, runSchema, groupTag }: Context): Body[] {
  const target = targetOf(form, dataset)
  const features = featuresOf(form, dataset, target)
  const several = form.models.length > 1
  const name = form.name.trim()
  const tags = [...new Set([...tagsOf(form.tags), ...(several ? [groupTag] : [])])]
  const sections = sectionsOf(sendable(fieldsOf(runSchema), form.run))
  return form.models.map((architecture) => {
    const entry = architectures.find(({ id }) => id === architecture)
    const set = form.settings[architecture] ?? {}
    const hyperparameters = sendable(entry ? fieldsOf(settingsOf(entry)) : [], set)
    return {
      architecture,
      body: {
        dataset_id: form.dataset ?? '',
        ...(name ? { name: several ? `${name.slice(0, 180)} · ${architecture}` : name } : {}),
        ...(tags.length > 0 ? { tags } : {}),
        ...(form.clonedFrom ? { cloned_from: form.clonedFrom } : {}),
        ...(form.task === 'auto' ? {} : { task: form.task }),
        ...(target === null ? {} : { target }),
        ...(features ? { features } : {}),
        ...form.rest,
        ...rolesOf(form),
        ...sections,
        model: {
          architecture,
          ...(Object.keys(hyperparameters).length > 0 ? { hyperparameters } : {})
        }
      }
    }
  })
}

/** The schema of an architecture's hyperparameters, each part readable by itself. */
export const settingsOf = ({ hyperparameters }: Architecture): JsonSchema =>
  isRecord(hyperparameters) ? resolveRefs(hyperparameters) : {}

export const fieldsOf = (schema: JsonSchema) => readFields(schema).flatMap((group) => group.fields)

function featuresOf(form: TrainForm, dataset: Dataset | undefined, target: string | null): string[] | null {
  if (form.features === null || !dataset) return form.features
  const roles = roleNames(form)
  return asChoice(
    chosenFeatures(form.features, dataset.columns, target, roles),
    dataset.columns,
    target,
    roles
  )
}

/** The run's settings, each in the part of the body that it belongs to. */
function sectionsOf(run: FormValue): Pick<CreateJob, 'training' | 'split' | 'resources'> {
  const sections: Record<'training' | 'split' | 'resources', Record<string, unknown>> = {
    training: {},
    split: {},
    resources: {}
  }
  for (const [key, value] of Object.entries(run)) if (isRunKey(key)) sections[SECTION_OF[key]][key] = value
  return Object.fromEntries(Object.entries(sections).filter(([, part]) => Object.keys(part).length > 0))
}
