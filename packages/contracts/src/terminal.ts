import type { JobState } from './training.ts'

/** States that a job does not leave by itself. A file of its own, so that a page that asks this loads no schemas. */
export const TERMINAL = ['succeeded', 'failed', 'stopped'] as const
export const isTerminal = (state: JobState) => (TERMINAL as readonly string[]).includes(state)
