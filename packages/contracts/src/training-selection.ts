import type { TaskKind } from './training-spec.ts'

/** What `training.selection_metric` may be beside `auto`: by what the best epoch is chosen on the validation rows. */
export const SELECTION_METRICS: Partial<Record<TaskKind, readonly string[]>> = {
  classification: ['loss', 'accuracy', 'balanced_accuracy', 'macro_f1'],
  regression: ['loss', 'rmse', 'mae', 'r2']
}
