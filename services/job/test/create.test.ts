import type { Job } from '@trainyard/contracts/training'
import { newId } from '@trainyard/service-kit/ids'
import t from 'tap'
import { penguins } from './support/dataset-service.ts'
import { claimNext } from './support/worker.ts'
import { fold, type Reply, world } from './support/world.ts'

type Refusal = { error: { code: string; message: string; details: { pointer: string; message: string }[] } }
const pointers = (reply: Reply<Refusal>) => reply.body.error.details.map(({ pointer }) => pointer).sort()

t.test('what is created', async (t) => {
  const w = await world(t)
  const service = await w.start()
  const ada = await w.person()
  const dataset_id = w.datasets.add(ada.workspace)
  const good = { dataset_id, target: 'Species', model: { architecture: 'linear' } }
  const create = <T = Refusal>(body: object, headers?: Record<string, string>) =>
    service.as(ada).post<T>('', body, headers)

  await t.test('each fault of a body is one entry with a pointer, and nothing is left behind', async (t) => {
    const table: [string, object, string[]][] = [
      ['no target', { target: undefined }, ['/target']],
      ['a target that is not there', { target: 'Specis' }, ['/target']],
      ['one class', { target: 'Always' }, ['/target']],
      ['all missing', { target: 'Nothing' }, ['/target']],
      ['an id column', { target: 'Tag' }, ['/target']],
      ['free text', { target: 'Remark' }, ['/target']],
      ['classes of numbers that all differ', { target: 'Weight', task: 'classification' }, ['/task']],
      ['classes of numbers that mostly differ', { target: 'Ring', task: 'classification' }, ['/task']],
      ['one class that can be split', { target: 'Sighted' }, ['/target']],
      ['the same, asked for', { target: 'Sighted', task: 'classification' }, ['/target']],
      ['classes of an id column', { target: 'Tag', task: 'classification' }, ['/target']],
      ['the target among the features', { features: ['Island', 'Species'] }, ['/features/1']],
      ['unknown features', { features: ['Island', 'Wing', 'Claw'] }, ['/features/1', '/features/2']],
      ['regression of classes', { task: 'regression' }, ['/task']],
      ['a task that the architecture lacks', { task: 'forecasting' }, ['/task']],
      ['an unknown architecture', { model: { architecture: 'mpl' } }, ['/model/architecture']],
      [
        'hyperparameters',
        {
          model: {
            architecture: 'mlp',
            hyperparameters: { dropout: 1.2, hidden_sizes: [8, 0], learning_rat: 1 }
          }
        },
        [
          '/model/hyperparameters/dropout',
          '/model/hyperparameters/hidden_sizes/1',
          '/model/hyperparameters/learning_rat'
        ]
      ],
      [
        'weights of no class',
        { training: { class_weights: { Adelie: 2, 'Emp/eror': 1 } } },
        ['/training/class_weights/Emp~1eror']
      ],
      [
        'weights of numbers',
        { target: 'Body Mass (g)', training: { class_weights: 'balanced' } },
        ['/training/class_weights']
      ],
      ['a loss of another task', { training: { loss: 'mse' } }, ['/training/loss']],
      ['strata of numbers', { target: 'Body Mass (g)', split: { method: 'stratified' } }, ['/split/method']],
      ['nothing left to train on', { split: { validation_fraction: 0.5, test_fraction: 0.5 } }, ['/split']],
      [
        'a metric of another task',
        { training: { selection_metric: 'rmse' } },
        ['/training/selection_metric']
      ],
      ['a loss that is none', { target: 'Weight', training: { loss: 'fast' } }, ['/training/loss']],
      ['a quantile of classes', { training: { loss: 'quantile_0.5' } }, ['/training/loss']],
      [
        'a quantile outside of its range',
        { target: 'Weight', training: { loss: 'quantile_1' } },
        ['/training/loss']
      ],
      ['a negative quantile', { target: 'Weight', training: { loss: 'quantile_-0.1' } }, ['/training/loss']],
      ['a split by a group that is not named', { split: { method: 'group' } }, ['/columns/group']],
      ['a split by a time that is not named', { split: { method: 'time' } }, ['/columns/time']],
      ['a group that is not there', { columns: { group: 'Nest' } }, ['/columns/group']],
      ['weights that are not there', { columns: { weight: 'Heft' } }, ['/columns/weight']],
      ['weights of words', { columns: { weight: 'Island' } }, ['/columns/weight']],
      ['negative weights', { columns: { weight: 'Depth' } }, ['/columns/weight']],
      [
        'weights that are the target',
        { target: 'Weight', columns: { weight: 'Weight' } },
        ['/columns/weight']
      ],
      ['groups of the target', { columns: { group: 'Species' } }, ['/columns/group']],
      ['one group', { columns: { group: 'Always' } }, ['/columns/group']],
      [
        'a time that is no time',
        { split: { method: 'time' }, columns: { time: 'Island' } },
        ['/columns/time']
      ],
      ['a time that is the target', { target: 'Weight', columns: { time: 'Weight' } }, ['/columns/time']],
      [
        'a column of another split',
        { split: { method: 'random' }, columns: { group: 'Tag' } },
        ['/split/method']
      ],
      ['two columns to split by', { columns: { group: 'Tag', time: 'Seen' } }, ['/split/method']],
      [
        'all of it at once',
        { split: { method: 'time' }, columns: { group: 'Nest', series: 'Island' }, horizon: 3 },
        ['/columns/group', '/columns/series', '/columns/time', '/horizon', '/split/method']
      ],
      ['a foreign clone', { cloned_from: newId() }, ['/cloned_from']],
      [
        'several at once',
        {
          target: 'Nope',
          features: ['Wing'],
          model: { architecture: 'linear', hyperparameters: { learning_rate: 0 } }
        },
        ['/features/0', '/model/hyperparameters/learning_rate', '/target']
      ]
    ]
    for (const [what, change, expected] of table) {
      const reply = await create({ ...good, ...change })
      t.equal(reply.status, 422, what)
      t.equal(reply.body.error.code, 'UNPROCESSABLE', what)
      t.same(pointers(reply), expected, what)
    }
    t.equal(w.datasets.holdsOf(dataset_id), 0, 'the dataset can be deleted')
    t.equal((await w.postgres.pool.query('select 1 from job.jobs')).rowCount, 0)
  })

  await t.test(
    'the shape of a body is refused with 400, foreign and unready datasets with 404 and 409',
    async (t) => {
      t.same(pointers(await create({ ...good, state: 'succeeded', modle: 1 })), ['/modle', '/state'])
      t.equal((await create({ ...good, name: 'a\u0000b' })).status, 400)
      t.equal((await create({ ...good, tags: ['\ud800'] })).status, 400)
      const bob = await w.person()
      const foreign = w.datasets.add(bob.workspace)
      for (const id of [foreign, newId()]) {
        const reply = await create({ ...good, dataset_id: id })
        t.match([reply.status, reply.body.error.code], [404, 'DATASET_NOT_FOUND'])
      }
      const unready = w.datasets.add(ada.workspace, { refuse: 'DATASET_NOT_READY' })
      t.match((await create({ ...good, dataset_id: unready })).body, { error: { code: 'DATASET_NOT_READY' } })
      t.equal((await service.as(undefined).post('', good)).status, 401)
      t.equal((await create(good, { 'idempotency-key': 'with space' })).status, 400)
    }
  )

  await t.test('tables are split by group and time, and any quantile is a loss of numbers', async (t) => {
    const bodies: object[] = [
      { split: { method: 'group' }, columns: { group: 'Tag' } },
      { columns: { group: 'Island', weight: 'Body Mass (g)' } },
      { training: { selection_metric: 'macro_f1', micro_batch_size: 16, precision: 'float32' } },
      { split: { method: 'time', test_fraction: 0.3 }, columns: { time: 'Seen' } },
      { columns: { time: 'Beak Length (mm)' }, features: ['Beak Length (mm)', 'Island'] },
      ...['mae', 'huber', 'quantile_0.9', 'quantile_0.025'].map((loss) => ({
        target: 'Weight',
        training: { loss }
      }))
    ]
    for (const change of bodies) {
      const body = { ...good, ...change, dataset_id: w.datasets.add(ada.workspace) }
      t.equal((await create<Job>(body)).status, 201, JSON.stringify(change))
    }
  })

  await t.test('the task is resolved from the target', async (t) => {
    const taskOf = async (target: string) => (await create<Job>({ ...good, target })).body.task
    t.equal(await taskOf('Species'), 'classification')
    t.equal(await taskOf('Beak Length (mm)'), 'regression')
    t.equal(await taskOf('Body Mass (g)'), 'regression', 'whole numbers with many values')
    t.equal(await taskOf('Weight'), 'regression', 'numbers that all differ')
    const few = {
      ...penguins,
      columns: [...penguins.columns, { name: 'Stars', type: 'integer' as const, missing: 0, distinct: 5 }]
    }
    const reply = await create<Job>({
      ...good,
      dataset_id: w.datasets.add(ada.workspace, { profile: few }),
      target: 'Stars'
    })
    t.equal(reply.body.task, 'classification', 'whole numbers with few values')
  })

  await t.test(
    '50 creates with one key make one job; another body is refused; the reply is replayed',
    async (t) => {
      const headers = { 'idempotency-key': 'form-1' }
      const body = { ...good, name: 'once', dataset_id: w.datasets.add(ada.workspace) }
      const replies = await fold(50, () => create<Job & Refusal>(body, headers))
      const made = replies.filter(({ status }) => status === 201)
      t.ok(made.length >= 1)
      t.ok(replies.every(({ status, body }) => status === 201 || body.error.code === 'IDEMPOTENCY_IN_FLIGHT'))
      t.equal(new Set(made.map(({ body }) => body.id)).size, 1)
      t.equal(made.filter(({ headers }) => !headers.has('idempotency-replayed')).length, 1)
      t.equal((await w.postgres.pool.query(`select 1 from job.jobs where name = 'once'`)).rowCount, 1)
      t.equal(w.datasets.holdsOf(body.dataset_id), 1)
      const again = await create<Job>(Object.fromEntries(Object.entries(body).reverse()), headers)
      t.same(again.body, made[0]?.body, 'also with the fields in another order')
      t.match((await create({ ...body, name: 'twice' }, headers)).body, {
        error: { code: 'IDEMPOTENCY_MISMATCH' }
      })
      const bob = await w.person()
      const other = await service
        .as(bob)
        .post('', { ...good, dataset_id: w.datasets.add(bob.workspace) }, headers)
      t.equal(other.status, 201, 'the key of another person is another key')
    }
  )

  await t.test('a refused create frees its key; one that died blocks it only for a while', async (t) => {
    const headers = { 'idempotency-key': 'form-2' }
    t.equal((await create({ ...good, target: 'Nope' }, headers)).status, 422)
    t.equal((await create(good, headers)).status, 201)
    await w.postgres.pool.query(
      `update job.idempotency_keys set reply = null, busy_until = now() + interval '1 minute' where key = 'form-2'`
    )
    t.match((await create(good, headers)).body, { error: { code: 'IDEMPOTENCY_IN_FLIGHT' } })
    await w.postgres.pool.query(
      `update job.idempotency_keys set busy_until = now() - interval '1 second' where key = 'form-2'`
    )
    t.equal((await create(good, headers)).status, 201)
    await w.postgres.pool.query(
      `update job.idempotency_keys set created_at = now() - interval '25 hours' where key = 'form-2'`
    )
    t.equal((await create({ ...good, name: 'a day later' }, headers)).status, 201)
  })

  await t.test('lists have filters, orders and cursors, and show one workspace', async (t) => {
    const cyd = await w.person()
    const mine = w.datasets.add(cyd.workspace)
    const long = '🚂'.repeat(200)
    const names = [long, 'b %', 'a_x', 'ab', 'c']
    for (const name of names)
      await service.as(cyd).post('', { ...good, dataset_id: mine, name, tags: [[...name][0]] })
    const list = async (query: string) =>
      (await service.as(cyd).get<{ items: Job[]; next_cursor: string }>(`/jobs${query}`)).body
    const namesOf = async (query: string) => (await list(query)).items.map(({ name }) => name)
    t.same(await namesOf(''), ['c', 'ab', 'a_x', 'b %', long])
    t.same(await namesOf('?sort=name'), (await namesOf('?sort=-name')).reverse())
    t.same(await namesOf('?q=%25'), ['b %'], 'a percent sign is itself')
    t.same(await namesOf('?q=_'), ['a_x'])
    t.same(await namesOf('?tag=a&sort=created_at'), ['a_x', 'ab'])
    t.same(await namesOf('?state=running'), [])
    t.same(await namesOf(`?dataset_id=${newId()}`), [])
    t.same(await namesOf('?architecture=mlp'), [])
    const parent = (await list('?q=b%20')).items[0]?.id
    const clone = { ...good, dataset_id: mine, name: 'a clone', cloned_from: parent }
    t.equal((await service.as(cyd).post('', clone)).status, 201)
    t.same(await namesOf(`?cloned_from=${parent}`), ['a clone'])
    t.same(await namesOf(`?cloned_from=${newId()}`), [])
    t.equal((await service.as(cyd).get('/jobs?cloned_from=x')).status, 400)
    for (const sort of ['-created_at', 'created_at', 'name', '-name', 'finished_at', '-finished_at']) {
      const seen: string[] = []
      let cursor = ''
      do {
        const page = await list(`?sort=${sort}&limit=1${cursor}`)
        seen.push(...page.items.map(({ name }) => name))
        cursor = page.next_cursor && `&cursor=${page.next_cursor}`
      } while (cursor)
      t.same(seen, await namesOf(`?sort=${sort}`), `pages by ${sort}`)
    }
    const { next_cursor } = await list('?limit=1')
    const forged = (...parts: string[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    for (const bad of [
      'x',
      forged('-created_at', 'x', 'y'),
      forged('-created_at', '2026', newId()),
      forged('-created_at', '2026-02-31T00:00:00Z', newId()),
      forged('-created_at', '2026-02-28T00:00:00Z', '-'.repeat(36)),
      `${forged('name', 'a\0b', newId())}&sort=name`,
      `${next_cursor}&sort=name`
    ])
      t.match(await service.as(cyd).get(`/jobs?cursor=${bad}`), {
        status: 400,
        body: {
          error: {
            details: [{ pointer: '/cursor', message: /^is not a cursor of this list in this order; / }]
          }
        }
      })
  })

  await t.test('the dataset service being away is 503 with Retry-After', async (t) => {
    await w.datasets.close()
    const reply = await create(good)
    t.equal(reply.status, 503)
    t.ok(Number(reply.headers.get('retry-after')) >= 1)
  })
})

t.test('queue positions follow the order of claims', async (t) => {
  const w = await world(t)
  const service = await w.start()
  const [ada, bob] = [await w.person(), await w.person()]
  const create = async (who: typeof ada) => {
    const body = {
      dataset_id: w.datasets.add(who.workspace),
      target: 'Species',
      model: { architecture: 'linear' }
    }
    return (await service.as(who).post<Job>('', body)).body.id
  }
  const ids = [await create(ada), await create(ada), await create(ada), await create(bob)]
  const position = async (i: number) =>
    (await service.as(i === 3 ? bob : ada).get<Job>(`/${ids[i]}`)).body.queue_position
  t.same(await Promise.all([0, 1, 2, 3].map(position)), [1, 2, 3, 4])
  t.equal((await claimNext(service)).job_id, ids[0])
  t.same(
    await Promise.all([0, 1, 2, 3].map(position)),
    [null, 2, 3, 1],
    'who has nothing running comes first'
  )
  t.equal((await claimNext(service)).job_id, ids[3])
  t.equal((await claimNext(service)).job_id, ids[1])
})
