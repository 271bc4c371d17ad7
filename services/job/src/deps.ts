import type { TrainBell } from '@trainyard/contracts/queues'
import type { ObjectStore } from '@trainyard/object-store/store'
import type { Producer } from '@trainyard/queue/producer'
import type { Logger } from '@trainyard/service-kit/log'
import type { Database } from '@trainyard/service-kit/postgres'
import type { Catalogue } from './catalogue.ts'
import type { Datasets } from './datasets.ts'
import type { Publish } from './publish.ts'
import type { SameCatalogue } from './same-catalogue.ts'

export type Deps = {
  log: Logger
  db: Database
  store: ObjectStore
  datasets: Datasets
  catalogue: Catalogue
  sameCatalogue: SameCatalogue
  publish: Publish
  /** The outbox has something: called after each commit that put it there. */
  wake: () => void
  /** Keys of this service's own tokens. */
  secrets: Secrets
  leaseSeconds: number
  publicUrls: string[]
}

export type Secrets = { attempts: Uint8Array; links: Uint8Array }

export type Producers = { cpu: Producer<TrainBell>; gpu: Producer<TrainBell> }
