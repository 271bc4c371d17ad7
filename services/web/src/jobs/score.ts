import type { Job } from '@trainyard/contracts/training'

export type Score = { metric: string; value: number; epoch: number | undefined }

const numberAt = (value: Record<string, unknown>, key: string) =>
  typeof value[key] === 'number' && Number.isFinite(value[key]) ? value[key] : undefined

/** The best score of a job, not its last one: that is the model it will give. Undefined before the first epoch. */
export function bestScore({ metrics: { best } }: Pick<Job, 'metrics'>): Score | undefined {
  if (!best) return undefined
  const value = numberAt(best, 'value')
  const { metric } = best
  if (value === undefined || typeof metric !== 'string') return undefined
  return { metric: metric.replace(/^validation\//, ''), value, epoch: numberAt(best, 'epoch') }
}
