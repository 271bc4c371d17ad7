import type { ClaimBody } from '@trainyard/contracts/internal'
import type { Logger } from '@trainyard/service-kit/log'
import type { Catalogue } from './catalogue.ts'

export type SameCatalogue = (worker: Pick<ClaimBody, 'worker_id' | 'catalogue_hash'>) => boolean

/** Of so many workers is remembered that they were warned about; the one longest silent is forgotten first. */
const MAX_REMEMBERED = 1_000

/**
 * Whether a worker's architectures are those of this service; otherwise it must get no jobs. A worker asks every few
 * seconds, so the warning comes once for it, and again when it comes with yet another catalogue.
 */
export function createSameCatalogue({ hash }: Pick<Catalogue, 'hash'>, log: Logger): SameCatalogue {
  const warned = new Map<string, string>()
  return ({ worker_id, catalogue_hash }) => {
    const known = warned.get(worker_id)
    warned.delete(worker_id)
    if (catalogue_hash === hash) return true
    warned.set(worker_id, catalogue_hash)
    const [oldest] = warned.keys()
    if (warned.size > MAX_REMEMBERED && oldest !== undefined) warned.delete(oldest)
    if (known !== catalogue_hash)
      log.warn(
        { worker_id, catalogue_hash, expected_hash: hash },
        'this worker has another catalogue of architectures; it gets no jobs until it runs the same version'
      )
    return false
  }
}
