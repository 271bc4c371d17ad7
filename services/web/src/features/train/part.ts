import type { FieldError } from '../../schema-form/types.ts'
import type { Context } from './bodies.ts'
import type { TrainForm } from './form.ts'

/** What each of the three parts of the page gets. */
export type PartProps = {
  form: TrainForm
  context: Context
  /** `at` is the pointer of what changed. */
  change: (patch: Partial<TrainForm>, at: string) => void
  errors: readonly FieldError[]
  showAll: boolean
}
