import type { ErrorDetail } from '@trainyard/contracts/common'
import type { Profile } from '@trainyard/contracts/dataset'
import type { CreateJob, TaskKind } from '@trainyard/contracts/training'
import type { Catalogue, CatalogueEntry } from './catalogue.ts'
import { checkFeatures } from './check-features.ts'
import { checkRoles } from './check-roles.ts'
import { checkSplit } from './check-split.ts'
import { checkTarget, checkTask, resolveTask } from './check-target.ts'
import { checkTraining } from './check-training.ts'
import { listed, type Report, short } from './spec-report.ts'

const MAX_DETAILS = 50

export type Checked = { task: TaskKind; problems: ErrorDetail[] }

/**
 * Everything that can be known to be wrong before a worker is asked: the body against the catalogue and against the
 * dataset's profile. One entry a field. `task` is the resolved one.
 */
export function validateSpec(spec: CreateJob, profile: Profile, catalogue: Catalogue): Checked {
  const problems = new Map<string, string>()
  const report: Report = (pointer, message) => {
    if (!problems.has(pointer)) problems.set(pointer, message)
  }
  const { rows } = profile
  const columns = new Map(profile.columns.map((column) => [column.name, column]))
  const entry = checkModel(spec, catalogue, report)
  const target = checkTarget(spec, columns, rows, report)
  const task = resolveTask(spec, target)
  checkTask({ spec, task, target, rows, entry, report })
  checkFeatures(spec, columns, report)
  checkRoles(spec, task, columns, report)
  checkSplit(spec, task, report)
  checkTraining(spec, task, target, report)
  if (spec.resources?.accelerator === 'cpu' && (spec.resources.gpus ?? 1) > 1)
    report('/resources/gpus', 'a job on the CPU has no GPUs; leave it out or choose gpu')
  const details = [...problems].map(([pointer, message]) => ({ pointer, message }))
  return { task, problems: details.slice(0, MAX_DETAILS) }
}

function checkModel(spec: CreateJob, catalogue: Catalogue, report: Report): CatalogueEntry | undefined {
  const { architecture, hyperparameters = {} } = spec.model
  const entry = catalogue.find(architecture)
  if (!entry) {
    const known = catalogue.entries.map(({ id }) => id)
    report('/model/architecture', `there is no architecture ${short(architecture)}; choose ${listed(known)}`)
    return undefined
  }
  for (const { pointer, message } of entry.faults(hyperparameters, '/model/hyperparameters'))
    report(pointer, message)
  return entry
}
