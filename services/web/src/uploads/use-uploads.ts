import { useSyncExternalStore } from 'react'
import type { Upload } from './upload-manager.ts'
import { uploads } from './uploads.ts'

/** The uploads of this tab, newest state of each, in the order they were added. */
export const useUploads = (): readonly Upload[] => useSyncExternalStore(uploads.subscribe, uploads.snapshot)
