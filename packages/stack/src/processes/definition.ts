/** What to execute. `env` is complete: nothing is inherited. */
export type Launch = {
  command: string
  args: string[]
  env: Record<string, string>
  cwd?: string
  /** A Node process that reports `{ type: 'ready' }` and stops, in order, when the channel closes. */
  ipc?: boolean
}

/** One process of the tree: how it starts, how it is known to be ready, how it stops. */
export type ProcessDefinition = {
  name: string
  /** Runs before every start; removes what an earlier process left behind. */
  prepare?: () => Promise<void>
  launch: () => Launch
  /** True once it serves. Asked every few milliseconds until it is, each time with a fresh time limit. */
  ready: (signal: AbortSignal) => Promise<boolean>
  readyLimitMs: number
  stopSignal: 'SIGTERM' | 'SIGINT'
  /** After this it is killed with everything below it. */
  stopLimitMs: number
  /** Lower ranks stop first, equal ones together. */
  stopRank: number
}

export type Exit = { code: number | null; signal: NodeJS.Signals | null }

export function describeExit({ code, signal }: Exit): string {
  return signal ? `was ended by ${signal}` : `exited with code ${code}`
}

/** Nothing stops before those that still need it: workers release their jobs through the services, which need the stores. */
export const stopRanks = { gateway: 0, workers: 1, job: 2, dataset: 3, auth: 4, stores: 5 }
