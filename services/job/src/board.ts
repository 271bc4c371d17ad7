import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import { QUEUES } from '@trainyard/contracts/queues'
import type { App } from '@trainyard/service-kit/server'
import { Queue } from 'bullmq'
import Fastify from 'fastify'
import type { Redis } from 'ioredis'

export const BOARD_PATH = '/admin/queues'

/**
 * The queue dashboard, to look at and nothing else. It is an app of its own because its plugin makes routes that
 * name no callers; all of it is reached through two routes that do. `redis` has the role `worker`: the dashboard
 * waits for the server, which no request of the platform does.
 */
export async function mountBoard(internal: App, redis: Redis) {
  const queues = Object.values(QUEUES).map((name) => {
    const queue = new Queue(name, { connection: redis, skipMetasUpdate: true })
    // Its errors are the connection's, which has a listener of its own.
    queue.on('error', () => undefined)
    return queue
  })
  const serverAdapter = new FastifyAdapter()
  serverAdapter.setBasePath(BOARD_PATH)
  createBullBoard({
    queues: queues.map((queue) => {
      const adapter = new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false })
      adapter.setFormatter('data', () => 'hidden')
      return adapter
    }),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Trainyard queues', hideRedisDetails: true } }
  })
  const board = Fastify({ exposeHeadRoutes: false })
  await board.register(serverAdapter.registerPlugin(), { prefix: BOARD_PATH })
  await board.ready()
  for (const path of [BOARD_PATH, `${BOARD_PATH}/*`]) {
    internal.get(
      path,
      { config: { callers: ['gateway'] }, schema: { hide: true, operationId: 'board' } },
      (req, reply) => {
        reply.hijack()
        board.routing(req.raw, reply.raw)
      }
    )
  }
  return async () => {
    await board.close()
    await Promise.all(queues.map((queue) => queue.close()))
  }
}
