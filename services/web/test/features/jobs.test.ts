// @vitest-environment node
import { describe, expect, it } from 'vitest'
import {
  type BulkAction,
  canDo,
  outcomeOf,
  PARALLEL,
  runBulk,
  sentenceOf
} from '../../src/features/jobs/bulk.ts'
import { canCompare, compareLink } from '../../src/features/jobs/compare-link.ts'
import { filtersFrom, isFiltered, queryOf, withFilters } from '../../src/features/jobs/filters.ts'
import { splitNew } from '../../src/features/jobs/new-rows.ts'
import { kept, moved, NOTHING, tickedTo, toggled, toggledAll } from '../../src/features/jobs/selection.ts'
import { bestScore } from '../../src/jobs/score.ts'

const params = (text: string) => new URLSearchParams(text)

describe('filters in the address', () => {
  it('are read back as they were written, and other parameters stay', () => {
    const written = withFilters(params('x=1'), { state: 'failed', q: 'a&b', tag: 'äö', sort: 'name' })
    expect(filtersFrom(written)).toEqual({ state: 'failed', q: 'a&b', tag: 'äö', sort: 'name' })
    expect(written.get('x')).toBe('1')
    expect(
      withFilters(written, { state: undefined, q: '', tag: undefined, sort: '-created_at' }).toString()
    ).toBe('x=1')
  })

  it('nonsense in a link is ignored, and what the server is asked stays within its limits', () => {
    const filters = filtersFrom(params(`state=exploded&sort=colour&tag=%20&q=${'y'.repeat(999)}`))
    expect(filters).toMatchObject({ state: undefined, tag: undefined, sort: '-created_at' })
    expect(filters.q).toHaveLength(200)
    expect(queryOf(filtersFrom(params('q=%20%20')))).toMatchObject({ q: undefined })
    expect(isFiltered(filtersFrom(params('q=%20&sort=name')))).toBe(false)
    expect(isFiltered(filtersFrom(params('state=queued')))).toBe(true)
  })
})

describe('new rows', () => {
  const rows = (text: string) => Array.from(text, (id) => ({ id }))
  const ids = (list: { id: string }[]) => list.map(({ id }) => id).join('')

  it('wait until they are let in; rows from scrolling do not', () => {
    const { visible, waiting } = splitNew(rows('xyabcde'), new Set('abc'))
    expect(ids(waiting)).toBe('xy')
    expect(ids(visible)).toBe('abcde')
  })

  it('at first everything is shown, and a deleted row leaves no hole', () => {
    expect(ids(splitNew(rows('abc'), new Set()).visible)).toBe('abc')
    expect(splitNew(rows('xac'), new Set('abc'))).toEqual({ visible: rows('ac'), waiting: rows('x') })
    expect(ids(splitNew(rows('xy'), new Set('abc')).visible)).toBe('xy')
  })
})

describe('selection', () => {
  const all = ['a', 'b', 'c', 'd']

  it('moves by keys, stays at the ends, and begins at the first row', () => {
    const first = moved(NOTHING, all, 1)
    expect(first.cursor).toBe('a')
    expect(moved(first, all, -1).cursor).toBe('a')
    expect(moved({ ...first, cursor: 'd' }, all, 1).cursor).toBe('d')
    expect(moved(NOTHING, [], 1).cursor).toBeUndefined()
  })

  it('ticks one, a range, all and none', () => {
    const one = toggled({ ...NOTHING, cursor: 'b' }, 'b')
    expect([...tickedTo(one, all, 'd').ticked]).toEqual(['b', 'c', 'd'])
    expect(toggled(one, 'b').ticked.size).toBe(0)
    const every = toggledAll(NOTHING, all)
    expect(every.ticked.size).toBe(4)
    expect(toggledAll(every, all).ticked.size).toBe(0)
    expect(toggledAll(NOTHING, []).ticked.size).toBe(0)
  })

  it('never keeps what is not on the page any more', () => {
    const every = { ...toggledAll(NOTHING, all), cursor: 'd' }
    expect(kept(every, new Set(['a', 'b']))).toEqual({ ticked: new Set(['a', 'b']), cursor: undefined })
    expect(kept(every, new Set(all))).toBe(every)
  })
})

describe('many jobs at a time', () => {
  it('six run at once, each once, and a failure stops none of the others', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `${at}`)
    const seen: string[] = []
    let running = 0
    let most = 0
    let told = 0
    const report = await runBulk(
      ids,
      async (id) => {
        seen.push(id)
        most = Math.max(most, ++running)
        await new Promise((done) => setTimeout(done, Number(id) % 3))
        running--
        if (id === '7') throw new Error('no')
        return id === '9' ? 'skipped' : 'done'
      },
      (finished) => {
        told = finished
      }
    )
    expect(seen.toSorted()).toEqual(ids.toSorted())
    expect(most).toBe(PARALLEL)
    expect(told).toBe(40)
    expect(report).toMatchObject({ done: 38, skipped: 1, failed: [{ id: '7' }] })
    expect(sentenceOf('stop', report)).toBe('38 stopped, 1 had finished, 1 failed.')
  })

  it('says what came of it in one sentence', () => {
    const report = (done: number, skipped: number) => ({ done, skipped, failed: [] })
    expect(sentenceOf('stop', report(7, 1))).toBe('7 stopped, 1 had finished.')
    expect(sentenceOf('resume', report(0, 2))).toBe('2 cannot be resumed.')
    expect(sentenceOf('delete', report(0, 0))).toBe('0 deleted.')
    expect(sentenceOf('delete', { done: 0, skipped: 2, failed: [{ id: 'a', error: 0 }] })).toBe(
      '2 are not finished, 1 failed.'
    )
  })

  it('knows which actions do something, and which refusals mean that nothing was to be done', () => {
    const states = ['running', 'queued', 'stopping', 'succeeded', 'failed', 'stopped'] as const
    const able = (action: BulkAction) => states.filter((state) => canDo(action, state)).length
    expect([able('stop'), able('resume'), able('delete'), able('tag')]).toEqual([2, 2, 3, 6])
    expect(outcomeOf('stop', 'JOB_FINISHED')).toBe('skipped')
    expect(outcomeOf('delete', 'JOB_NOT_FOUND')).toBe('done')
    expect(outcomeOf('resume', 'UNAVAILABLE')).toBeUndefined()
  })

  it('two to twenty can be compared', () => {
    const ids = (n: number) => Array.from({ length: n }, (_, at) => `${at}`)
    expect([1, 2, 20, 21].map((n) => canCompare(ids(n)))).toEqual([false, true, true, false])
    expect(compareLink(['a', 'b'])).toBe('/compare?ids=a,b')
  })
})

it('the score is the best one, and none before the first epoch or where it is no number', () => {
  const metrics = (best: Record<string, unknown> | null) => ({
    metrics: { best, latest: null, test: null, baseline: null }
  })
  expect(bestScore(metrics({ metric: 'validation/accuracy', value: 0.8713, epoch: 9 }))).toEqual({
    metric: 'accuracy',
    value: 0.8713,
    epoch: 9
  })
  expect(bestScore(metrics(null))).toBeUndefined()
  expect(bestScore(metrics({ metric: 'validation/accuracy', value: null }))).toBeUndefined()
})
