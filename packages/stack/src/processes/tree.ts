import type { ProcessDefinition } from './definition.ts'
import { type Supervised, type SuperviseHooks, supervise } from './supervise.ts'

export type Tree = {
  /** Starts and keeps a process; resolves once it is ready. Refused once the tree stops. */
  start: (definition: ProcessDefinition) => Promise<Supervised>
  get: (name: string) => Supervised
  names: () => string[]
  /** Everything, in order of rank. Calling it again is the same stop. */
  stop: () => Promise<void>
}

/** Processes that are kept running together and stopped in order. */
export function processTree(hooks: SuperviseHooks): Tree {
  const members = new Map<string, { rank: number; process: Supervised }>()
  let stopping: Promise<void> | undefined

  async function stopAll() {
    for (const { process } of members.values()) process.letDie()
    const ranks = [...new Set([...members.values()].map(({ rank }) => rank))].sort((a, b) => a - b)
    for (const rank of ranks) {
      const those = [...members.values()].filter((member) => member.rank === rank)
      // One that fails to stop must not keep the others running.
      const results = await Promise.allSettled(those.map(({ process }) => process.stop()))
      for (const [i, result] of results.entries()) {
        if (result.status === 'rejected')
          hooks.say(`${those[i]?.process.name} did not stop: ${result.reason}`)
      }
    }
  }

  return {
    start: async (definition) => {
      if (stopping) throw new Error(`${definition.name} is not started: everything stops`)
      if (members.has(definition.name)) throw new Error(`${definition.name} is started already`)
      const process = supervise(definition, hooks)
      members.set(definition.name, { rank: definition.stopRank, process })
      await process.start()
      return process
    },
    get: (name) => {
      const member = members.get(name)
      if (!member) throw new Error(`There is no process ${name}; there are ${[...members.keys()].join(', ')}`)
      return member.process
    },
    names: () => [...members.keys()],
    stop: () => {
      stopping ??= stopAll()
      return stopping
    }
  }
}
