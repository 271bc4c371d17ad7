import catalogue from '@trainyard/contracts/architectures.json' with { type: 'json' }
import type { ErrorDetail } from '@trainyard/contracts/common'
import type { Architecture, TaskKind } from '@trainyard/contracts/training'
import { faultsToDetails } from '@trainyard/service-kit/schema-faults'
import type { Static } from 'typebox'
import { Compile } from 'typebox/schema'

export type CatalogueEntry = Static<typeof Architecture> & {
  /** Faults of a hyperparameter object, pointers starting at `at`. */
  faults: (hyperparameters: unknown, at: string) => ErrorDetail[]
}
export type Catalogue = {
  hash: string
  entries: CatalogueEntry[]
  find: (id: string) => CatalogueEntry | undefined
}

type File = {
  hash: string
  architectures: {
    id: string
    title: string
    task_kinds: string[]
    source: string
    hyperparameters: Record<string, unknown>
  }[]
}

/** What `describe` of the trainer gave: workers of the same version have the same hash. */
export function loadCatalogue(file: File = catalogue): Catalogue {
  const entries = file.architectures.map(({ id, title, task_kinds, source, hyperparameters }) => {
    const schema = Compile(hyperparameters)
    return {
      id,
      title,
      task_kinds: task_kinds as TaskKind[],
      source,
      hyperparameters,
      faults: (given: unknown, at: string) => {
        const [, errors] = schema.Errors(given)
        return faultsToDetails(hyperparameters, given, errors).map(({ pointer, message }) => ({
          pointer: at + pointer,
          message
        }))
      }
    }
  })
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  return { hash: file.hash, entries, find: (id) => byId.get(id) }
}
