import { eventually } from '@trainyard/testing/eventually'
import { freshRedis } from '@trainyard/testing/redis'
import t from 'tap'
import { spec, table } from './data.ts'
import { startPlatform } from './platform.ts'
import { startWorkerProcess } from './worker-process.ts'

const platform = await startPlatform(t)
const { url: redisUrl } = await freshRedis(t)
const worker = await startWorkerProcess(t, platform, redisUrl)
await worker.warm()

t.test('a whole job', async (t) => {
  const job = platform.addJob(platform.addFile(table(300)), spec(20))
  await eventually(() => job.finish !== null, 30_000)
  t.equal(job.finish?.outcome, 'succeeded')
  t.same(job.finish?.artifacts.map(({ name }) => name).sort(), [
    'metrics.json',
    'model.pt',
    'model_card.md',
    'predict.py'
  ])
  t.same(platform.violations, [])
  console.error(
    job.events
      .filter((e) => e.type !== 'metrics')
      .map((e) => JSON.stringify(e))
      .join('\n')
  )
})
