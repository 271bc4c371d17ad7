import { isRecord } from '../../schema-form/types.ts'
import { emptyForm, type TrainForm } from './form.ts'

export type Draft = { form: TrainForm; at: number }
export type DraftStore = {
  load: (key: string) => Promise<Draft | undefined>
  /** Of several calls the last one wins. */
  save: (key: string, draft: Draft) => Promise<void>
  drop: (key: string) => Promise<void>
}
const DATABASE = 'trainyard-drafts'
const STORE = 'train'

/**
 * Drafts in IndexedDB, over one connection: its transactions end in the order in which they began, and a write begins
 * with the change that caused it. The connection gives way when the database is to be deleted (at sign-out, also in
 * another tab). A browser that has no database (or refuses it) keeps no drafts, and the page works without.
 */
export function draftStore(factory: IDBFactory | undefined): DraftStore {
  let connection: Promise<IDBDatabase> | undefined
  const forget = () => {
    connection = undefined
  }
  const access = async <T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>) => {
    if (!factory) return undefined
    connection ??= opened(factory, forget)
    const database = await connection.catch((error: unknown) => {
      forget()
      throw error
    })
    const transaction = database.transaction(STORE, mode, { durability: 'relaxed' })
    const request = ask(transaction.objectStore(STORE))
    await ended(transaction)
    return request.result
  }
  return {
    load: async (key) => asDraft(await access<unknown>('readonly', (store) => store.get(key))),
    save: async (key, draft) => {
      await access('readwrite', (store) => store.put(draft, key))
    },
    drop: async (key) => {
      await access('readwrite', (store) => store.delete(key))
    }
  }
}

function opened(factory: IDBFactory, onGone: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(DATABASE, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    request.onerror = () => reject(request.error)
    request.onsuccess = () => {
      const database = request.result
      database.onclose = onGone
      database.onversionchange = () => {
        database.close()
        onGone()
      }
      resolve(database)
    }
  })
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = transaction.onerror = () => reject(transaction.error)
  })
}

/** A draft of an older version of this page is taken as far as it fits, and not at all where it does not. */
function asDraft(value: unknown): Draft | undefined {
  if (!isRecord(value) || typeof value.at !== 'number' || !isRecord(value.form)) return undefined
  const empty: Record<string, unknown> = emptyForm()
  const form = value.form
  const fits = Object.entries(form).every(([key, kept]) => {
    const usual = empty[key]
    const nullable = usual === null || kept === null
    return nullable || (typeof usual === typeof kept && Array.isArray(usual) === Array.isArray(kept))
  })
  return fits ? { at: value.at, form: { ...emptyForm(), ...form } } : undefined
}
