import type { Architecture, Job } from '@trainyard/contracts/training'
import { describe, expect, it } from 'vitest'
import { curveOf, recordedOf, stepsOf } from '../../src/features/compare/align.ts'
import { compareHolds, readView, withBrush, withHidden } from '../../src/features/compare/compare-view.ts'
import { bestFirst, factsOf, isWithin, sortedBy } from '../../src/features/compare/facts.ts'
import { differingParameters, valueText } from '../../src/features/compare/parameters.ts'
import { scaleOf } from '../../src/features/compare/scale.ts'
import { directionsOf, judge, scoreRows } from '../../src/features/compare/scores.ts'
import {
  MOST_RUNS,
  parseSelection,
  withoutRun,
  withRun,
  withSetting
} from '../../src/features/compare/selection.ts'
import { elapsedClock } from '../../src/jobs/elapsed.ts'
import { aJob } from '../live/a-job.ts'

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`
const [a, b, c] = [id(1), id(2), id(3)]

const job = (changes: Partial<Job> = {}): Job =>
  aJob({ id: a, state: 'succeeded', phase: null, training: { epochs: 50 }, ...changes })

const scored = (accuracy: number, loss: number) =>
  job({
    metrics: {
      latest: null,
      best: {
        epoch: 9,
        step: 90,
        metric: 'validation/accuracy',
        direction: 'max',
        value: accuracy,
        'validation/accuracy': accuracy,
        'validation/loss': loss
      },
      test: { accuracy, log_loss: loss, oddity: loss },
      baseline: null
    }
  })

const mlp: Architecture = {
  id: 'mlp',
  title: 'MLP',
  task_kinds: ['classification'],
  source: '',
  hyperparameters: {
    properties: { dropout: { default: 0.1 }, hidden_sizes: { default: [384, 384] }, seedless: {} }
  }
}

describe('the address', () => {
  it('names each run once, at most twenty, and a base that is one of them', () => {
    const of = (text: string) => parseSelection(new URLSearchParams(text))
    expect(of('')).toEqual({ ids: [], base: undefined, left: 0 })
    expect(of(`ids=${a},${b},${a.toUpperCase()}&base=${b}`)).toEqual({ ids: [a, b], base: b, left: 0 })
    expect(of(`ids=${a},<b>,../x&base=${c}`)).toEqual({ ids: [a], base: a, left: 2 })
    const many = of(`ids=${Array.from({ length: 25 }, (_, n) => id(n)).join(',')}`)
    expect([many.ids.length, many.left]).toEqual([MOST_RUNS, 5])
  })
  it('changes one thing at a time and keeps the rest', () => {
    const params = new URLSearchParams({ ids: `${a},${b},${c}`, base: b, x: 'epoch' })
    expect(withoutRun(params, b).toString()).toBe(`ids=${encodeURIComponent(`${a},${c}`)}&x=epoch`)
    expect(parseSelection(withoutRun(params, a))).toEqual({ ids: [b, c], base: b, left: 0 })
    expect(withRun(params, b)).toBe(params)
    expect(parseSelection(withRun(params, id(4))).ids).toEqual([a, b, c, id(4)])
    expect(withSetting(params, 'x', undefined).has('x')).toBe(false)
  })
})

describe('parameters', () => {
  it('show what differs, with defaults filled in, and count what does not', () => {
    const jobs = [
      job(),
      job({ model: { architecture: 'mlp', hyperparameters: { dropout: 0.3, hidden_sizes: [384, 384] } } }),
      undefined,
      job({
        model: { architecture: 'mlp', hyperparameters: { dropout: 0.1 } },
        training: { epochs: 5, seed: 1 }
      })
    ]
    const { rows, same } = differingParameters(jobs, [mlp])
    expect(rows).toEqual([
      { key: 'model/dropout', label: 'dropout', values: [0.1, 0.3, undefined, 0.1] },
      { key: 'training/epochs', label: 'epochs', values: [50, 50, undefined, 5] },
      { key: 'training/seed', label: 'seed', values: [undefined, undefined, undefined, 1] }
    ])
    expect(same).toBe(5)
  })
  it('are equal whatever the order of their keys, and read as text', () => {
    const weights = (class_weights: Record<string, number>) => job({ training: { class_weights } })
    expect(differingParameters([weights({ x: 1, y: 2 }), weights({ y: 2, x: 1 })], []).rows).toEqual([])
    expect([undefined, null, [384, 384], 0.1, { y: 2, x: 1 }].map(valueText)).toEqual([
      '–',
      'off',
      '384 × 384',
      '0.1',
      '{"x":1,"y":2}'
    ])
  })
})

describe('scores', () => {
  it('are judged by the direction of the metric', () => {
    expect(judge(0.9, 0.8, 'max')).toMatchObject({ verdict: 'better' })
    expect(judge(0.9, 0.8, 'min')).toMatchObject({ verdict: 'worse' })
    expect(judge(0.1 + 0.2, 0.3, 'max')).toEqual({ value: 0.1 + 0.2, difference: 0, verdict: 'same' })
    expect(judge(0.9, undefined, 'max')).toEqual({ value: 0.9, difference: undefined, verdict: 'unknown' })
    expect(judge(0.9, 0.8, undefined).verdict).toBe('unknown')
  })
  it('stand beside their difference from the base; a missing or unscored run has none', () => {
    const jobs = [scored(0.87, 0.4), scored(0.88, 0.5), undefined, job({ state: 'failed' })]
    const directions = directionsOf(jobs, [{ key: 'validation/loss', direction: 'min', points: [] }])
    const rows = scoreRows(jobs, 0, directions)
    expect(rows.map(({ label, scores }) => [label, ...scores.map(({ verdict }) => verdict)])).toEqual([
      ['best accuracy', 'same', 'better', 'unknown', 'unknown'],
      ['best loss', 'same', 'worse', 'unknown', 'unknown'],
      ['test accuracy', 'same', 'better', 'unknown', 'unknown'],
      ['test log-loss', 'same', 'worse', 'unknown', 'unknown'],
      ['test oddity', 'same', 'unknown', 'unknown', 'unknown']
    ])
    expect(rows[1]?.scores[1]?.difference).toBeCloseTo(0.1)
    expect(scoreRows(jobs, 3, directions)[0]?.scores[0]).toEqual({
      value: 0.87,
      difference: undefined,
      verdict: 'unknown'
    })
  })
})

describe('alignment', () => {
  const points = [
    { step: 10, epoch: 1, attempt: 1, at: null, value: 1 },
    { step: 20, epoch: 2, attempt: 1, at: null, value: null },
    { step: 40, epoch: 4, attempt: 2, at: null, value: 0.5 }
  ]
  const by = (steps: number) => ({ steps, elapsed: () => Number.NaN })
  it('by time, points stand where they were recorded, and what has no time is left out', () => {
    const at = (second: number) => new Date(1_000 * second).toISOString()
    const timed = points.map((point, i) => ({ ...point, at: i === 0 ? null : at(10 * i) }))
    const elapsed = elapsedClock(new Map([[1, 5_000]]), [recordedOf(timed)])
    const { x, y } = curveOf(timed, 'time', { steps: 40, elapsed })
    expect([[...x], [...y]]).toEqual([
      [5, 5],
      [Number.NaN, 0.5]
    ])
  })
  it('counts steps, epochs or the part done, and leaves gaps where nothing was finite', () => {
    expect([...curveOf(points, 'step', by(40)).x]).toEqual([10, 20, 40])
    expect([...curveOf(points, 'epoch', by(40)).x]).toEqual([1, 2, 4])
    expect([...curveOf(points, 'share', by(80)).x]).toEqual([12.5, 25, 50])
    expect([...curveOf(points, 'step', by(40)).y]).toEqual([1, Number.NaN, 0.5])
  })
  it('takes the steps that the trainer announced, and never fewer than were done', () => {
    const progress = { epoch: 1, epochs: 4, step: 10, percent: 10, eta_seconds: null } as const
    const rest = { samples_per_second: null, phase: 'training' } as const
    expect(stepsOf(job({ progress: { ...progress, ...rest, steps: 100 } }), points)).toBe(100)
    expect(stepsOf(job({ progress: { ...progress, ...rest, steps: 20 } }), points)).toBe(40)
    expect(stepsOf(undefined, [])).toBe(1)
  })
})

describe('the plane', () => {
  const run = (index: number, one: Job | undefined) => ({
    id: id(index + 1),
    index,
    job: one,
    series: [],
    missing: one === undefined,
    error: undefined,
    retry: () => undefined
  })
  const model = (hyperparameters: Record<string, unknown>) => ({ architecture: 'mlp', hyperparameters })
  const runs = [
    run(0, { ...scored(0.9, 0.3), model: model({ dropout: 0.1, hidden_sizes: [8] }) }),
    run(1, { ...scored(0.8, 0.5), model: model({ dropout: 0.3, hidden_sizes: [8, 8] }) }),
    run(2, undefined)
  ]
  const facts = factsOf(runs, [mlp])
  const all = [...facts.settings, ...facts.scores]

  it('has what differs and every score, numbers as numbers and the rest as text', () => {
    expect(facts.settings.map(({ label, numeric, values }) => [label, numeric, values])).toEqual([
      ['dropout', true, [0.1, 0.3, undefined]],
      ['hidden sizes', false, ['8', '8 × 8', undefined]]
    ])
    expect(facts.scores[0]).toMatchObject({
      label: 'best accuracy',
      direction: 'max',
      values: [0.9, 0.8, undefined]
    })
  })
  it('sorts by any column, the best first, what is lacking last', () => {
    const [accuracy, loss] = facts.scores
    if (!accuracy || !loss) throw new Error('no scores')
    expect(sortedBy([0, 1, 2], all, bestFirst(accuracy))).toEqual([0, 1, 2])
    expect(sortedBy([2, 1, 0], all, accuracy.key)).toEqual([1, 0, 2])
    expect(bestFirst(loss)).toBe(loss.key)
    expect(sortedBy([2, 1, 0], all, 'nothing such')).toEqual([2, 1, 0])
  })
  it('keeps runs within the ranges of the address', () => {
    const params = withBrush(new URLSearchParams(), 'model/dropout', { from: 0, to: 0.2 })
    const { brushes } = readView(new URLSearchParams(params.toString()))
    expect([0, 1, 2].map((index) => isWithin(index, all, brushes))).toEqual([true, false, false])
    expect(withBrush(params, 'model/dropout', undefined).toString()).toBe('')
  })
  it('lays numbers out evenly, wide spans by their logarithm, names side by side', () => {
    const even = scaleOf({ numeric: true, values: [0, 5, 10, undefined] })
    expect([even.place(5), even.place(undefined), even.value(0.5), even.isLog]).toEqual([
      0.5,
      undefined,
      5,
      false
    ])
    const wide = scaleOf({ numeric: true, values: [0.001, 0.01, 0.1] })
    expect(wide.isLog).toBe(true)
    expect(wide.place(0.01)).toBeCloseTo(0.5)
    expect(wide.value(0.5)).toBeCloseTo(0.01)
    expect(scaleOf({ numeric: true, values: [3, 3] }).ticks).toEqual([{ at: 0.5, label: '3' }])
    expect(scaleOf({ numeric: true, values: [undefined] }).ticks).toEqual([])
    const named = scaleOf({ numeric: false, values: ['b', 'a', 'b'] })
    expect([named.place('a'), named.place('b'), named.place('c'), named.value(0.5)]).toEqual([
      0.25,
      0.75,
      undefined,
      undefined
    ])
  })
  it('is all in the address, nonsense is the usual, and the copied link says what it holds', () => {
    const read = (text: string) => readView(new URLSearchParams(`ids=${a},${b}&${text}`))
    expect(read(`view=scatter&run=${b}&zoom=1~5&hide=${a}&hide=${c}`)).toMatchObject({
      view: 'scatter',
      run: b,
      zoom: { from: 1, to: 5 },
      hidden: [a]
    })
    expect(read(`view=pie&run=${c}&zoom=5~1&brush=x&brush=a=1~&brush==1~2`)).toMatchObject({
      view: 'overlay',
      run: undefined,
      zoom: undefined,
      brushes: new Map()
    })
    const hidden = withHidden(new URLSearchParams(`ids=${a},${b}`), a)
    expect(withHidden(hidden, a).has('hide')).toBe(false)
    hidden.set('view', 'parallel')
    expect(compareHolds(hidden)).toEqual([
      '2 runs and their base',
      'the view Parallel coordinates',
      'a hidden line'
    ])
  })
})
