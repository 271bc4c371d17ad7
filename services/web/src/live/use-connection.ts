import { useSyncExternalStore } from 'react'
import { live } from './live.ts'

export type { Connection } from './connection-store.ts'

/** The state of this tab's connection: what the pill says, and whether numbers may be old. */
export const useConnection = () => useSyncExternalStore(live.connection.subscribe, live.connection.get)

/** Does not wait for the next try. */
export const retryConnection = () => live.retryNow()
