import type { TaskKind } from './training-spec.ts'

/**
 * What `training.loss` may be beside `auto`, which is the first. A regression may also have the loss of any quantile:
 * `quantile_` and a share between 0 and 1, such as `quantile_0.25`; the model then answers with the value below which
 * that share of the targets lies.
 */
export const LOSSES: Partial<Record<TaskKind, readonly string[]>> = {
  classification: ['cross_entropy'],
  regression: ['mse', 'mae', 'huber', 'quantile_0.1', 'quantile_0.5', 'quantile_0.9']
}

/** The share in the name of a quantile loss, whatever number it is; undefined for any other name. */
export function quantileOf(loss: string): number | undefined {
  const share = /^quantile_(-?[0-9]+(?:\.[0-9]+)?)$/.exec(loss)?.[1]
  return share === undefined ? undefined : Number(share)
}
