// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { createScheduler } from '../../src/charts/scheduler.ts'

/** Time that moves only by frames and by drawing. */
function world(drawMs: number, frameMs = 16) {
  let time = 0
  let pending: (() => void) | undefined
  const scheduler = createScheduler({
    now: () => time,
    requestFrame: (work) => {
      pending = work
    }
  })
  const add = (visible = () => true) => {
    const times: number[] = []
    const handle = scheduler.add({
      isVisible: visible,
      draw() {
        times.push(time)
        time += drawMs
      }
    })
    return { ...handle, times }
  }
  const run = (ms: number, each: () => void = () => undefined) => {
    for (const end = time + ms; time < end; ) {
      const frameStart = time
      each()
      const work = pending
      pending = undefined
      work?.()
      time = Math.max(time, frameStart + frameMs)
    }
  }
  return { add, run, idle: () => pending === undefined, scheduler }
}

describe('scheduler', () => {
  test('draws each chart at most every 100 ms and stops its loop when there is nothing new', () => {
    const { add, run, idle } = world(1)
    const chart = add()
    run(2_000, chart.request)
    expect(chart.times.length).toBeGreaterThanOrEqual(17)
    expect(chart.times.length).toBeLessThanOrEqual(20)
    run(200)
    expect(idle()).toBe(true)
  })

  test('spends at most its budget a frame and lets every chart have its turn', () => {
    const { add, run } = world(5)
    const charts = Array.from({ length: 6 }, () => add())
    run(3_000, () => {
      for (const chart of charts) chart.request()
    })
    const counts = charts.map((chart) => chart.times.length)
    expect(Math.min(...counts)).toBeGreaterThan(15)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2)
    // Two drawings of 5 ms are over 8 ms: no frame has three.
    const all = charts.flatMap((chart) => chart.times).sort((a, b) => a - b)
    for (let i = 2; i < all.length; i++)
      expect((all[i] as number) - (all[i - 2] as number)).toBeGreaterThan(10)
  })

  test('draws less often while frames come slowly', () => {
    const { add, run } = world(1, 50)
    const chart = add()
    run(5_000, chart.request)
    const late = chart.times.filter((time) => time > 1_000)
    for (let i = 1; i < late.length; i++)
      expect((late[i] as number) - (late[i - 1] as number)).toBeGreaterThanOrEqual(400)
  })

  test('leaves hidden charts alone, and draws one that is zoomed at once', () => {
    const { add, run, idle } = world(1)
    let visible = false
    const hidden = add(() => visible)
    run(500, hidden.request)
    expect(hidden.times).toHaveLength(0)
    expect(idle()).toBe(true)
    visible = true
    hidden.request()
    run(32)
    expect(hidden.times).toHaveLength(1)
    hidden.requestNow()
    run(32)
    expect(hidden.times).toHaveLength(2)
    hidden.remove()
    hidden.request()
    run(200)
    expect(hidden.times).toHaveLength(2)
  })
})
