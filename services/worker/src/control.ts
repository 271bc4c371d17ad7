/** `stop`: a person asked. `release`: this worker leaves, another one goes on. */
export type Wish = 'stop' | 'release'

/**
 * How an attempt is told to end. A wish lets it end in order; a stop outranks a release. `lost` means that it is not
 * ours any more: from then on nothing may be published.
 */
export function createControl() {
  const lost = new AbortController()
  const wished = new AbortController()
  let wish: Wish | null = null
  const listeners = new Set<(wish: Wish) => void>()
  return {
    lost: lost.signal,
    /** Aborted with the first wish or when the attempt is lost: for what need not be finished. */
    ending: AbortSignal.any([lost.signal, wished.signal]),
    wish: () => wish,
    ask: (asked: Wish) => {
      if (wish === asked || wish === 'stop') return
      wish = asked
      wished.abort(new Error(`the attempt is to ${asked}`))
      for (const listener of listeners) listener(asked)
    },
    lose: (why: string) => lost.abort(new Error(`the attempt is lost: ${why}`)),
    /** Called with each wish; at once with one that is there already. */
    onWish: (listener: (wish: Wish) => void) => {
      listeners.add(listener)
      if (wish) listener(wish)
    }
  }
}
export type Control = ReturnType<typeof createControl>
