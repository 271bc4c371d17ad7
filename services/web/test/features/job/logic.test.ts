// @vitest-environment node
import type { CreateJob, Job } from '@trainyard/contracts/training'
import { describe, expect, test } from 'vitest'
import { createAnnouncer } from '../../../src/features/job/announce.ts'
import { runsOf } from '../../../src/features/job/ansi.ts'
import { axisOf, timesKept } from '../../../src/features/job/axis.ts'
import { readChartState, writeChartState } from '../../../src/features/job/chart-state.ts'
import { configRows, valueText } from '../../../src/features/job/config-rows.ts'
import { failureOf, reportOf } from '../../../src/features/job/failure.ts'
import { jobCalls } from '../../../src/features/job/job-calls.ts'
import { linkHolds } from '../../../src/features/job/link-holds.ts'
import { filtered, levelOf } from '../../../src/features/job/log-filter.ts'
import { readMetricsFile } from '../../../src/features/job/metrics-file.ts'
import { panelsOf, seriesOf } from '../../../src/features/job/panels.ts'
import { parentWords } from '../../../src/features/job/parent-words.ts'
import { bestOf, scoresOf } from '../../../src/features/job/scores.ts'
import { neighbour, readTab } from '../../../src/features/job/tabs.ts'
import { longestPart, timelineOf } from '../../../src/features/job/timeline.ts'
import { elapsedClock, firstSteps } from '../../../src/jobs/elapsed.ts'
import { differences, settingsOfBody } from '../../../src/jobs/settings.ts'
import { linkWords } from '../../../src/jobs/use-copy-link.ts'
import { createSeriesStore } from '../../../src/live/series-store.ts'
import { aJob } from '../../live/a-job.ts'

describe('chart settings in the address', () => {
  const read = (text: string) => readChartState(new URLSearchParams(text))

  test('what is written is read again, and what is as usual is not written', () => {
    const changes = {
      smooth: 0.6,
      log: true,
      zoom: { from: 10.5, to: 200 },
      pinned: ['accuracy'],
      hidden: ['train/loss', 'odd, & name'],
      mark: 340
    }
    const text = writeChartState(new URLSearchParams('tab=1'), changes).toString()
    expect(read(text)).toEqual({ ...changes, x: 'step' })
    expect(text).toContain('tab=1')
    const back = writeChartState(new URLSearchParams(text), {
      smooth: 0,
      log: false,
      zoom: undefined,
      pinned: [],
      hidden: [],
      mark: undefined
    })
    expect(back.toString()).toBe('tab=1')
  })

  test('nonsense is the usual', () => {
    const usual = {
      smooth: 0,
      log: false,
      x: 'step',
      zoom: undefined,
      pinned: [],
      hidden: [],
      mark: undefined
    }
    expect(read('smooth=x&log=yes&x=depth&zoom=5&pin=&hide=&mark=-1')).toEqual(usual)
    expect(read('smooth=9').smooth).toBe(0.99)
    for (const zoom of ['5~', '~5', '9~3', 'a~b', '1~2~3', '1~Infinity'])
      expect(read(`zoom=${zoom}`).zoom).toBeUndefined()
  })

  test('another axis forgets the range of the first', () => {
    const params = writeChartState(new URLSearchParams('zoom=1~5'), { x: 'epoch' })
    expect(readChartState(params)).toMatchObject({ x: 'epoch', zoom: undefined })
  })

  test('a copied link says in words what it holds', () => {
    const holds = (text: string) => linkWords(linkHolds('charts', read(text))).replaceAll('\u00a0', ' ')
    expect(holds('')).toBe('Link copied. It shows this page as usual.')
    expect(holds('x=time&zoom=30~90&smooth=0.6&mark=340&hide=a')).toBe(
      'Link copied. It holds the axis by time, the zoom to time 30 s to 1:30, smoothing 0.6, the marked step 340, and a hidden line.'
    )
    expect(linkWords(linkHolds('logs', read('log=1')))).toBe('Link copied. It holds the tab Logs.')
  })
})

describe('panels', () => {
  test('train and validation share one, loss is first, pinned ones before it', () => {
    const keys = ['validation/loss', 'train/loss', 'validation/accuracy', 'lr']
    expect(panelsOf(keys).map(({ name }) => name)).toEqual(['loss', 'accuracy', 'lr'])
    expect(panelsOf(keys)[0]?.keys).toEqual(['train/loss', 'validation/loss'])
    expect(panelsOf(keys, ['lr', 'accuracy']).map(({ name }) => name)).toEqual(['lr', 'accuracy', 'loss'])
  })

  test('lines keep their colours, ghosts lie below, epochs lie where their steps do', () => {
    const store = createSeriesStore()
    const add = (step: number, epoch: number, attempt: number) =>
      store.addMetrics({ step, epoch, attempt, at: 0, values: { 'train/loss': step, 'validation/loss': 1 } })
    for (const step of [1, 2, 3, 4]) add(step, step <= 2 ? 1 : 2, 1)
    add(4, 2, 2)
    const [panel] = panelsOf(store.keys())
    if (!panel) throw new Error('no panel')
    const epochs = axisOf(store, 'epoch', new Map())
    const lines = seriesOf(store, panel, epochs, { key: 'validation/loss', direction: 'min' })
    expect(lines.map(({ key, colour, ghostOf }) => [key, colour, ghostOf])).toEqual([
      ['train/loss before', 0, 'train/loss'],
      ['validation/loss before', 1, 'validation/loss'],
      ['train/loss', 0, undefined],
      ['validation/loss', 1, undefined]
    ])
    expect(lines[2]?.x).toEqual(Float64Array.of(0.5, 1, 1.5, 2))
    expect(lines.map(({ direction }) => direction)).toEqual([undefined, undefined, undefined, 'min'])
    expect(axisOf(store, 'step', new Map()).domain()).toEqual({ from: 1, to: 4 })
    expect(epochs.domain()).toEqual({ from: 0, to: 2 })
    expect(axisOf(createSeriesStore(), 'step', new Map()).domain()).toBeUndefined()
    expect(epochs.stepsIn({ from: 0.6, to: 1.2 })).toEqual({ from: 1, to: 3 })
    expect([epochs.stepOf(1.6), epochs.xOf(3), epochs.xOf(900)]).toEqual([3, 1.5, 2])
  })
})

describe('the axis of time', () => {
  const minute = (n: number) => Date.UTC(2026, 0, 1, 0, n)
  const recorded = (...points: [step: number, attempt: number, at: number][]) => {
    const store = createSeriesStore()
    for (const [step, attempt, at] of points)
      store.addMetrics({ step, epoch: 1, attempt, at, values: { 'train/loss': step } })
    return store
  }

  test('counts from the first step, and what lies between attempts does not count', () => {
    const starts = firstSteps([
      { state: 'queued', phase: 'queued', attempt: 0, at: '2026-01-01T00:00:00Z' },
      { state: 'running', phase: 'first_step', attempt: 1, at: '2026-01-01T00:01:00Z' },
      { state: 'running', phase: 'training', attempt: 1, at: '2026-01-01T00:01:30Z' },
      { state: 'running', phase: 'training', attempt: 2, at: '2026-01-01T00:59:00Z' }
    ])
    const store = recorded([1, 1, minute(2)], [2, 1, minute(3)], [3, 1, minute(4)], [3, 2, minute(60)])
    const axis = axisOf(store, 'time', starts)
    const main = store.get('train/loss')?.main
    if (!main) throw new Error('no curve')
    expect([...axis.places(main).x]).toEqual([60, 120, 180])
    expect(axis.domain()).toEqual({ from: 0, to: 180 })
    expect([axis.xOf(2), axis.stepOf(119), axis.stepsIn({ from: 100, to: 125 })]).toEqual([
      120,
      2,
      { from: 1, to: 3 }
    ])
    expect(elapsedClock(new Map(), [])(1, minute(5))).toBeNaN()
  })

  test('leaves out points of before times were kept, and says how many', () => {
    const store = recorded([1, 1, Number.NaN], [2, 1, minute(1)], [3, 1, minute(2)])
    const axis = axisOf(store, 'time', new Map())
    const main = store.get('train/loss')?.main
    if (!main) throw new Error('no curve')
    expect([[...axis.places(main).x], [...axis.places(main).y]]).toEqual([
      [0, 60],
      [2, 3]
    ])
    expect(timesKept(store)).toEqual({ lacking: 1, all: 3 })
    const old = axisOf(recorded([1, 1, Number.NaN]), 'time', new Map())
    expect([old.domain(), old.xOf(1), old.stepOf(5), old.stepsIn({ from: 0, to: 9 })]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined
    ])
  })
})

describe('timeline', () => {
  const at = (seconds: number) => new Date(seconds * 1_000).toISOString()
  const entry = (
    state: Job['state'],
    phase: Job['timeline'][number]['phase'],
    attempt: number,
    seconds: number
  ) => ({ state, phase, attempt, at: at(seconds) })

  test('says how long each phase of each attempt took; the wait belongs to the attempt that it was for', () => {
    const job = aJob({
      state: 'running',
      timeline: [
        entry('queued', 'queued', 0, 0),
        entry('running', 'claiming', 1, 4),
        entry('running', 'training', 1, 5),
        entry('stopping', 'training', 1, 50),
        entry('stopped', 'training', 1, 51),
        entry('queued', 'queued', 1, 100),
        entry('running', 'training', 2, 102)
      ]
    })
    const attempts = timelineOf(job, 110_000)
    expect(attempts).toEqual([
      {
        attempt: 1,
        seconds: 51,
        parts: [
          { phase: 'queued', seconds: 4, running: false },
          { phase: 'claiming', seconds: 1, running: false },
          { phase: 'training', seconds: 46, running: false }
        ]
      },
      {
        attempt: 2,
        seconds: 10,
        parts: [
          { phase: 'queued', seconds: 2, running: false },
          { phase: 'training', seconds: 8, running: true }
        ]
      }
    ])
    expect(longestPart(attempts)?.seconds).toBe(46)
    expect(timelineOf(aJob({ timeline: [] }), 0)).toEqual([])
  })
})

describe('log', () => {
  const line = (text: string, stream = 'stdout') => ({ n: 1, at: at0, stream, line: text })
  const at0 = '2026-01-01T00:00:00Z'

  test('levels are told by how lines begin', () => {
    expect(levelOf(line('Traceback (most recent call last):'))).toBe('error')
    expect(levelOf(line('ValueError: bad'))).toBe('error')
    expect(levelOf(line('x.py:3: UserWarning: old'))).toBe('warning')
    expect(levelOf(line('mean error 0.3'))).toBe('info')
  })

  test('filters by text in any case, level and source', () => {
    const lines = [line('Epoch 1'), line('ERROR: no'), line('worker is back', 'platform')]
    const by = (filter: object) =>
      filtered(lines, { text: '', level: 'all', stream: 'all', ...filter }).map(({ line: text }) => text)
    expect(by({ text: 'epoch' })).toEqual(['Epoch 1'])
    expect(by({ level: 'error' })).toEqual(['ERROR: no'])
    expect(by({ stream: 'platform' })).toEqual(['worker is back'])
    expect(filtered(lines, { text: '', level: 'all', stream: 'all' })).toBe(lines)
    expect(by({ text: '.*' })).toEqual([])
  })

  test('terminal colours become classes; other sequences are left out', () => {
    expect(runsOf('a\u001b[31mred\u001b[0mb\u001b[2K\u001b]0;title\u0007c')).toEqual([
      { text: 'a', className: '' },
      { text: 'red', className: 'text-failed' },
      { text: 'b', className: '' },
      { text: 'c', className: '' }
    ])
    expect(runsOf('\u001b[1;93mx')).toEqual([{ text: 'x', className: 'text-warning font-semibold' }])
    expect(runsOf('')).toEqual([])
  })
})

describe('announcements', () => {
  const running = (percent: number) =>
    aJob({
      progress: {
        percent,
        eta_seconds: 120,
        epoch: 1,
        epochs: 1,
        step: 1,
        steps: 1,
        samples_per_second: 1,
        phase: 'training'
      }
    })

  test('a tenth at a time, one sentence in 30 s, failures at once', () => {
    let now = 0
    const announce = createAnnouncer(() => now)
    expect(announce(running(15))).toBeUndefined()
    expect(announce(running(20))).toEqual({ text: '20 percent, about 2 minutes left', urgent: false })
    now = 10_000
    expect(announce(running(35))).toBeUndefined()
    now = 31_000
    expect(announce(running(41))?.text).toBe('40 percent, about 2 minutes left')
    const failed = announce(aJob({ state: 'failed', message: 'no memory' }))
    expect(failed).toEqual({ text: 'Failed: no memory', urgent: true })
    expect(announce(aJob({ state: 'failed', message: 'no memory' }))).toBeUndefined()
  })
})

describe('scores and settings', () => {
  test('the test score stands beside every simpler model; the metric of the best epoch is first', () => {
    const metrics = {
      latest: null,
      best: { metric: 'validation/accuracy', direction: 'max', value: 0.9, epoch: 4, step: 40 },
      test: { loss: 0.3, accuracy: 0.88, confusion: [[1]] },
      baseline: { name: 'majority', accuracy: 0.7 }
    }
    const file = readMetricsFile(
      '{"test_report":{"rows":45},"metrics":{"baselines":[{"name":"linear","accuracy":0.8},7]}}'
    )
    expect(file.rows).toBe(45)
    expect(scoresOf(metrics, file.baselines)).toEqual([
      {
        name: 'accuracy',
        test: 0.88,
        baselines: [
          { name: 'majority', value: 0.7 },
          { name: 'linear', value: 0.8 }
        ]
      },
      { name: 'loss', test: 0.3, baselines: [] }
    ])
    const byLoss = {
      ...metrics,
      best: { ...metrics.best, metric: 'validation/loss' },
      test: { loss: 0.3, log_loss: 0.3, accuracy: 0.88 }
    }
    expect(scoresOf(byLoss).map(({ name }) => name)).toEqual(['accuracy', 'log_loss'])
    expect(bestOf(metrics)).toMatchObject({ name: 'accuracy', epoch: 4 })
    expect(bestOf({ best: null })).toBeUndefined()
    expect(readMetricsFile('{}')).toEqual({ rows: undefined, baselines: [] })
  })

  test('changed settings come first, each with its default', () => {
    const architecture = {
      id: 'mlp',
      title: 'MLP',
      task_kinds: [],
      source: '',
      hyperparameters: { properties: { dropout: { default: 0.1 }, hidden_sizes: { default: [256] } } }
    }
    const job = aJob({
      model: { architecture: 'mlp', hyperparameters: { hidden_sizes: [64], dropout: 0.1 } },
      training: { epochs: 5 }
    })
    const rows = configRows(job, architecture)
    expect(rows.filter(({ changed }) => changed).map(({ name }) => name)).toEqual([
      'training.epochs',
      'hidden_sizes'
    ])
    expect(rows.find(({ name }) => name === 'hidden_sizes')).toMatchObject({
      title: 'Hidden sizes',
      usual: [256]
    })
    expect([[64, 32], null, true, undefined, 0.1].map(valueText)).toEqual([
      '64, 32',
      'none',
      'on',
      'default',
      '0.1'
    ])
    expect(configRows(job, undefined).map(({ name }) => name)).toContain('hidden_sizes')
  })
})

describe('lineage', () => {
  const catalogue = [
    {
      id: 'mlp',
      title: 'MLP',
      task_kinds: [],
      source: '',
      hyperparameters: { properties: { dropout: { default: 0.1 }, layers: { default: [8] } } }
    }
  ]
  const body = (changes: Partial<CreateJob>): CreateJob => ({
    dataset_id: 'd',
    name: 'any',
    target: 'y',
    model: { architecture: 'mlp' },
    ...changes
  })
  const words = (before: Partial<CreateJob>, after: Partial<CreateJob>) =>
    differences(settingsOfBody(body(before), catalogue), settingsOfBody(body(after), catalogue)).map(
      parentWords
    )

  test('what differs from the parent is said in words, and what is equal by a default is not', () => {
    expect(words({}, { name: 'other', tags: ['a'], cloned_from: 'x' })).toEqual([])
    expect(
      words({ task: 'auto' }, { model: { architecture: 'mlp', hyperparameters: { dropout: 0.1 } } })
    ).toEqual([])
    const model = { architecture: 'mlp', hyperparameters: { dropout: 0.3, layers: [8, 4] } }
    expect(words({}, { model, training: { epochs: 5 }, split: { method: 'group' } })).toEqual([
      'Method: group, which the parent left as usual',
      'Dropout: 0.3 instead of 0.1',
      'Layers: 8, 4 instead of 8',
      'Epochs: 5, which the parent left as usual'
    ])
    expect(words({ training: { seed: 1 } }, { dataset_id: 'e' })).toEqual([
      'Another dataset',
      'Seed: as usual, which the parent set to 1'
    ])
  })

  test('columns are told by what came and what went', () => {
    const said = (before?: string[], after?: string[]) =>
      words({ features: before }, { features: after }).map((text) => text.replaceAll('\u00a0', ' '))
    expect(said(['a', 'b'], ['b', 'c'])).toEqual(['Features: with c and without a'])
    expect(said(['a', 'b', 'c', 'd', 'e', 'f'], ['f'])).toEqual(['Features: without 5 columns'])
    expect(said(undefined, ['a'])[0]).toMatch(/1 column chosen/)
    expect(said(['a', 'b'], undefined)[0]).toMatch(/chose 2 columns/)
  })
})

describe('failures', () => {
  test('a bad cell leads to its row and to a clone without its column', () => {
    const ways = (message: string | null) =>
      failureOf({ ...aJob(), reason: 'data_error', message }).actions.map((way) => [
        'label' in way ? way.label : way.kind,
        'query' in way ? way.query : undefined
      ])
    expect(ways('"inf" in line 118, column "a & b", is infinite: write a number.')).toEqual([
      ['Open row', 'tab=rows&line=118'],
      ['Clone without column', 'leave=a%20%26%20b']
    ])
    const usual = [
      ['Look at the data', undefined],
      ['Choose other columns', undefined]
    ]
    expect(ways('The features hold no value.')).toEqual(usual)
    expect(ways(null)).toEqual(usual)
    expect(ways('In line 3, column "a very long na…", is text.')[1]).toEqual(usual[1])
  })

  test('every reason has a sentence and a way on', () => {
    const reasons = [
      'out_of_memory',
      'data_error',
      'user_error',
      'worker_lost',
      'time_limit',
      'artifact_upload',
      'platform_error',
      null
    ] as const
    for (const reason of reasons) {
      const failure = failureOf(aJob({ state: 'failed', reason }))
      expect(failure.title.length).toBeGreaterThan(5)
      expect(failure.actions.length).toBeGreaterThan(0)
    }
    const small = failureOf(aJob({ reason: 'out_of_memory', training: { batch_size: 4_096 } }))
    expect(small.actions[0]).toEqual({
      kind: 'train',
      label: 'Retry with batch 2048',
      query: 'batch_size=2048'
    })
  })

  test('the report has the settings and the end of the log, and nobody in it', () => {
    const report = reportOf(aJob({ notes: 'my secret' }), '0.1.0', [{ line: 'last words' }])
    expect(report).toContain('"version": "0.1.0"')
    expect(report).toContain('last words')
    expect(report).not.toContain('my secret')
  })
})

test('tabs go round', () => {
  expect(readTab('nonsense')).toBe('charts')
  expect(neighbour('charts', -1)).toBe('lineage')
  expect(neighbour('charts', 1)).toBe('logs')
})

test('each action that can be pressed is a request to copy', () => {
  const can = { stop: true, resume: false, retry: false, remove: false }
  const names = (changes: Partial<typeof can>, files: string[] = []) =>
    jobCalls('id', { ...can, ...changes }, files).map(({ name }) => name)
  expect(names({})).toEqual(['Read', 'Curves', 'Stop', 'Clone'])
  expect(names({ stop: false, resume: true, retry: true, remove: true }, ['model.pt'])).toEqual([
    'Read',
    'Curves',
    'Resume',
    'Train again',
    'Clone',
    'Download model.pt',
    'Delete'
  ])
  expect(jobCalls('id', can, ['a b']).at(-1)?.call).toEqual({
    method: 'POST',
    path: '/api/training/id/artifacts/a%20b/link'
  })
})
