import { type Static, Type } from 'typebox'
import { Page } from './common.ts'
import { TaskKind } from './training-spec.ts'

export const Architecture = Type.Object({
  id: Type.String(),
  title: Type.String(),
  task_kinds: Type.Array(TaskKind),
  source: Type.String(),
  hyperparameters: Type.Object({}, { additionalProperties: true })
})
export type Architecture = Static<typeof Architecture>
export const ArchitecturePage = Page(Architecture)
