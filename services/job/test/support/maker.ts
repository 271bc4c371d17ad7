import type { Job } from '@trainyard/contracts/training'
import type { Person } from './identities.ts'
import type { Service, World } from './world.ts'

/** Makes jobs of datasets of their own; gives the job's id. */
export const makerOf =
  (w: World, service: Service) =>
  async (who: Person, more: object = {}) => {
    const body = {
      dataset_id: w.datasets.add(who.workspace),
      target: 'Species',
      model: { architecture: 'linear' },
      ...more
    }
    const reply = await service.as(who).post<Job>('', body)
    if (reply.status !== 201) throw new Error(`create answered ${reply.status}`)
    return reply.body.id
  }
