import type { Logger } from '@trainyard/service-kit/log'
import { type Control, createControl } from './control.ts'

/** A queue's message, kept until the work that it led to ends. Losing it changes nothing. */
export type Bell = { show: (data: Record<string, string | number>) => void }

type Work<C> = { claimed: C; control: Control; slot: number; freeSlot: () => void; show: Bell['show'] }
type Options<C> = {
  slots: number[]
  /** Work in hand at once, with and without a slot: what is past its slot still uploads. */
  limit: number
  /** Answers null when there is nothing to do. Repeats itself until there is an answer or `signal` aborts. */
  claim: (signal: AbortSignal) => Promise<C | null>
  run: (work: Work<C>) => Promise<void>
  pollMs: number
  log: Logger
}
type Waiting = Bell & { done: () => void }
type Running = { control: Control; bell: Waiting | null; ended: Promise<void> }

/**
 * Bell, claim, run. A claim is tried with each bell, at the start, when a slot becomes free, and every `pollMs` as
 * a second net: bells are hints, so that a lost one or an absent Redis leaves nothing waiting for ever. One claim is
 * in flight at a time.
 */
export function claimLoop<C>({ slots, limit, claim, run, pollMs, log }: Options<C>) {
  const free = [...slots]
  const running = new Set<Running>()
  const closing = new AbortController()
  let bells: Waiting[] = []
  let claiming: Promise<void> | null = null
  let askedAgain = false

  function wake() {
    askedAgain = true
    // Set apart from the function that it awaits: one that ended before its first wait would leave it set for ever.
    claiming ??= Promise.resolve()
      .then(claimAll)
      .finally(() => {
        claiming = null
        if (askedAgain && !closing.signal.aborted) wake()
      })
  }

  async function claimAll() {
    try {
      do {
        askedAgain = false
        while (free.length > 0 && running.size < limit && !closing.signal.aborted) {
          if (!(await claimOne())) break
        }
      } while (askedAgain && !closing.signal.aborted)
    } catch (err) {
      if (!closing.signal.aborted) log.error({ err }, 'a claim failed')
    }
  }

  async function claimOne() {
    const heard = new Set(bells)
    const claimed = await claim(closing.signal)
    if (claimed) {
      start(claimed)
      return true
    }
    // Nothing was queued, so these bells have said all they had to say.
    bells = bells.filter((bell) => !heard.has(bell))
    for (const bell of heard) bell.done()
    return false
  }

  function start(claimed: C) {
    const slot = free.pop()
    if (slot === undefined) throw new Error('work was claimed without a free slot')
    const control = createControl()
    const work: Running = { control, bell: bells.shift() ?? null, ended: Promise.resolve() }
    let held = true
    const freeSlot = () => {
      if (!held) return
      held = false
      free.push(slot)
      wake()
    }
    const show: Bell['show'] = (data) => work.bell?.show(data)
    // It was claimed while the worker was told to leave: handed back at once.
    if (closing.signal.aborted) control.ask('release')
    running.add(work)
    work.ended = run({ claimed, control, slot, freeSlot, show })
      .catch((err: unknown) => log.error({ err }, 'work ended with an error'))
      .finally(() => {
        freeSlot()
        running.delete(work)
        work.bell?.done()
        wake()
      })
  }

  // Workers that were started together do not ask together.
  const poll = setInterval(wake, pollMs * (0.9 + Math.random() * 0.2))
  return {
    wake,
    free: () => free.length,
    running: () => running.size,
    /** Resolves when the message is not needed any more. */
    bell: (bell: Bell) =>
      new Promise<void>((done) => {
        if (closing.signal.aborted) return done()
        const waiting = { ...bell, done }
        // Work that was claimed without a bell takes this one: what is shown on the dashboard is what runs.
        const silent = free.length === 0 && [...running].find((work) => work.bell === null)
        if (silent) silent.bell = waiting
        else bells.push(waiting)
        wake()
      }),
    /** Takes nothing more, hands back what runs, and waits for that. */
    close: async () => {
      clearInterval(poll)
      closing.abort(new Error('the worker is leaving'))
      for (const bell of bells.splice(0)) bell.done()
      for (const { control } of running) control.ask('release')
      // A claim under way may bring work, which is handed back.
      await claiming
      while (running.size > 0) await Promise.all([...running].map(({ ended }) => ended))
    }
  }
}
export type ClaimLoop = ReturnType<typeof claimLoop>
