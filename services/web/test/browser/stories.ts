import type { Person } from '@trainyard/e2e/person'
import { brief, twoClasses } from '@trainyard/e2e/tables'
import type { ScriptedEvent } from '@trainyard/testing/scripted-job'
import type { Page } from 'playwright-core'

/** A finished job of this person, whose owner, data and settings scripted ones take over. */
export async function finishedJob(user: Person): Promise<string> {
  const { id: dataset } = await user.dataset('points.csv', twoClasses())
  const { id } = await user.train(brief(dataset, 1))
  await user.finished(id)
  return id
}

export const progress = (step: number, steps = 1_000, eta: number | null = 120): ScriptedEvent => ({
  type: 'progress',
  data: {
    epoch: Math.ceil((10 * step) / steps),
    epochs: 10,
    step,
    steps,
    percent: (100 * step) / steps,
    eta_seconds: eta,
    samples_per_second: 18_204,
    phase: 'training'
  }
})

export const metrics = (step: number, loss: number | null): ScriptedEvent => ({
  type: 'metrics',
  data: {
    step,
    epoch: Math.ceil(step / 100),
    values: { 'train/loss': loss, 'validation/loss': loss === null ? null : loss + 0.01 },
    ...(loss === null ? { not_finite: ['train/loss', 'validation/loss'] } : {})
  }
})

/** A curve that falls. */
export const lossAt = (step: number) => 0.7 * Math.exp(-step / 400)

/** The chart of one score, whatever its name begins with. */
export const figureOf = (page: Page, chart: string) =>
  page.getByRole('figure', { name: new RegExp(`^${chart}$`, 'i') })

/** The numbers of a chart as its own table shows them: one array a row, the step first. */
export async function tableOf(page: Page, chart: string): Promise<string[][]> {
  const figure = figureOf(page, chart)
  const table = figure.getByRole('table')
  if (!(await table.isVisible())) await figure.getByRole('application').press('t')
  await table.waitFor()
  return table
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map(({ textContent }) => textContent ?? '')))
}
