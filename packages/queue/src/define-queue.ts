import type { Redis } from 'ioredis'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { type Consumer, type Handle, startConsumer } from './consumer.ts'
import { createProducer, type Producer } from './producer.ts'

/** `name` has no colon; `id` gives equal payloads equal ids, so that ringing twice is one message. */
export type QueueSpec<P extends TSchema> = {
  name: string
  payload: P
  id: (payload: Static<P>) => string
}

type ConsumerOptions = {
  /** Messages handled at once in this process. */
  concurrency?: number
  /** The connection's and BullMQ's errors; there may be many while Redis is away. */
  onError: (err: Error) => void
}

export type QueueDefinition<P extends TSchema> = {
  name: string
  /** Give it a connection of the role `request`. It never waits for Redis. */
  producer: (redis: Redis) => Producer<Static<P>>
  /** Give it a connection of the role `worker`. It starts at once and survives Redis being away. */
  consumer: (redis: Redis, handle: Handle<Static<P>>, options: ConsumerOptions) => Consumer
}

/** A queue is this one object: producer and consumer are made from it and parse with the same schema. */
export function defineQueue<P extends TSchema>({ name, payload, id }: QueueSpec<P>): QueueDefinition<P> {
  const compiled = Compile(payload)
  const parse = (data: unknown): Static<P> => {
    if (!compiled.Check(data)) throw new TypeError(`a payload of queue ${name} does not match its schema`)
    return data
  }
  return {
    name,
    producer: (redis) => createProducer({ redis, name, parse, id }),
    consumer: (redis, handle, options) => startConsumer({ redis, name, parse, handle, ...options })
  }
}
