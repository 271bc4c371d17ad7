import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '@trainyard/contracts/training'
import { eventually } from '@trainyard/testing/eventually'
import t from 'tap'
import { behindProxy, hasBell, spawned } from './support/processes.ts'
import { fold, world } from './support/world.ts'

/** Kills after the first; each costs the start of a process. */
const kills = process.env.TEST_FULL === '1' ? 100 : 1
const spec = (dataset_id: string) => ({ dataset_id, target: 'Species', model: { architecture: 'linear' } })

t.test(
  'a service that is killed loses nothing it has answered, and one that is told to stop stops',
  async (t) => {
    const w = await world(t)
    const ada = await w.person()
    const dataset = w.datasets.add(ada.workspace)
    const { proxy, url } = await behindProxy(t, w.redis.url)
    proxy.set('drop')
    const first = await spawned(t, w, { REDIS_URL: url })
    const { status, body } = await first.as(ada).post<Job>('', spec(dataset))
    t.equal(status, 201)
    first.child.kill('SIGKILL')
    t.notOk(await hasBell(w, body.id), 'killed between commit and bell')
    proxy.set('pass')
    proxy.closeAll()

    let service = await spawned(t, w, { REDIS_URL: url })
    await eventually(() => hasBell(w, body.id), 15_000)

    const answered = new Set<string>()
    for (let i = 0; i < kills; i++) {
      const { child } = service
      const killed = sleep(20 + Math.random() * 150).then(() => child.kill('SIGKILL'))
      await fold(8, async () => {
        const reply = await service
          .as(ada)
          .post<Job>('', spec(dataset))
          .catch(() => undefined)
        if (reply?.status === 201) answered.add(reply.body.id)
      })
      await killed
      service = await spawned(t, w, { REDIS_URL: url })
    }
    const { rows } = await w.postgres.pool.query<{ id: string }>('select id from job.jobs')
    const known = rows.map(({ id }) => id)
    t.ok([...answered].every((id) => known.includes(id)))
    await eventually(
      async () => (await Promise.all(known.map((id) => hasBell(w, id)))).every(Boolean),
      20_000
    )
    const exit = once(service.child, 'exit')
    service.child.disconnect()
    t.same(await exit, [0, null], 'in order, when its parent hangs up')
  }
)
