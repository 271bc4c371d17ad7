import type { ColumnProfile } from '@trainyard/contracts/dataset'
import {
  type CreateJob,
  LOSSES,
  quantileOf,
  SELECTION_METRICS,
  type TaskKind
} from '@trainyard/contracts/training'
import { escapePointer } from '@trainyard/service-kit/pointer'
import { listed, type Report, short } from './spec-report.ts'

export function checkTraining(
  { training = {} }: CreateJob,
  task: TaskKind,
  target: ColumnProfile | undefined,
  report: Report
) {
  checkLoss(training.loss ?? 'auto', task, report)
  const { selection_metric = 'auto' } = training
  const metrics = SELECTION_METRICS[task]
  if (selection_metric !== 'auto' && metrics && !metrics.includes(selection_metric))
    report(
      '/training/selection_metric',
      `${short(selection_metric)} does not fit ${task}; choose auto or ${metrics.join(', ')}`
    )
  const { class_weights = 'auto' } = training
  if (task === 'regression' && class_weights !== 'auto' && class_weights !== 'none')
    report('/training/class_weights', 'regression has no classes to weight; choose none')
  else if (typeof class_weights === 'object') {
    const classes = classesOf(target)
    for (const name of classes ? Object.keys(class_weights).filter((key) => !classes.has(key)) : [])
      report(
        `/training/class_weights/${escapePointer(name.slice(0, 200))}`,
        `is no class of ${short(target?.name ?? '')}; they are ${listed([...(classes ?? [])])}`
      )
  }
}

function checkLoss(loss: string, task: TaskKind, report: Report) {
  const losses = LOSSES[task]
  if (loss === 'auto' || !losses || losses.includes(loss)) return
  const quantile = quantileOf(loss)
  if (task !== 'regression' || quantile === undefined)
    report('/training/loss', `${short(loss)} does not fit ${task}; choose auto or ${losses.join(', ')}`)
  else if (quantile <= 0 || quantile >= 1)
    report('/training/loss', `the quantile of ${short(loss)} must lie between 0 and 1, as in quantile_0.9`)
}

/** The profile lists a column's values only where there are few; undefined where the classes are not all known. */
function classesOf(target: ColumnProfile | undefined): Set<string> | undefined {
  const top: unknown = target && 'top' in target ? target.top : undefined
  if (!target || !Array.isArray(top) || top.length < target.distinct) return undefined
  const values = top.map((item: unknown) =>
    typeof item === 'object' && item !== null && 'value' in item ? String(item.value) : ''
  )
  return new Set(values)
}
