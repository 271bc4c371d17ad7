import { eventually } from './eventually.ts'

/** What keeps a process alive and is ours to close: sockets, servers, timers, child processes, file watchers. */
const watched = /^(TCP|Pipe|UDP|TLS|HTTP|Timeout|Immediate|FSEvent|StatWatcher|Process|Worker|MessagePort)/

function counted(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of process.getActiveResourcesInfo()) {
    if (watched.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/**
 * Call before the thing under test starts; the returned function resolves once nothing more is open than then, and
 * fails naming what is left. Handles that were unref'd do not count, as they keep no process alive.
 */
export function leaks(): (limitMs?: number) => Promise<void> {
  const before = counted()
  const left = () =>
    [...counted()].flatMap(([name, count]) => {
      const more = count - (before.get(name) ?? 0)
      return more > 0 ? [`${more} ${name}`] : []
    })
  return async (limitMs = 3_000) => {
    try {
      // The wait of `eventually` itself is a timer, but none runs while the probe does.
      await eventually(() => left().length === 0, limitMs)
    } catch (cause) {
      throw new Error(`Left open: ${left().join(', ')}`, { cause })
    }
  }
}
