import type { Logger } from '@trainyard/service-kit/log'
import type { Redis } from 'ioredis'

type Listener = (text: string) => void
type Channel = { listeners: Set<Listener>; ready: Promise<void> }
export type Subscription = {
  /** Resolves once Redis confirmed the channel, or after the limit: then Redis is away and messages are missed. */
  ready: Promise<void>
  release: () => void
}
export type Channels = ReturnType<typeof createChannels>

/** One Redis subscription a channel and gateway, however many listen. */
export function createChannels({ redis, limitMs, log }: { redis: Redis; limitMs: number; log: Logger }) {
  const channels = new Map<string, Channel>()

  const onMessage = (name: string, text: string) => {
    for (const listener of channels.get(name)?.listeners ?? []) listener(text)
  }
  redis.on('message', onMessage)

  /** ioredis sends commands in order, so a channel that is left and joined again ends up joined. */
  const join = (names: string[]) =>
    redis.subscribe(...names).then(
      () => undefined,
      (err: unknown) => {
        log.warn({ err, channels: names.length }, 'cannot subscribe; the comparison with the log goes on')
      }
    )

  function open(name: string): Channel {
    const limit = new Promise<void>((done) => {
      setTimeout(done, limitMs).unref()
    })
    const channel = {
      listeners: new Set<Listener>(),
      ready: Promise.race([join([name]), limit])
    }
    channels.set(name, channel)
    return channel
  }

  return {
    subscribe(name: string, listener: Listener): Subscription {
      const channel = channels.get(name) ?? open(name)
      channel.listeners.add(listener)
      return {
        ready: channel.ready,
        release: () => {
          if (!channel.listeners.delete(listener) || channel.listeners.size > 0) return
          channels.delete(name)
          redis.unsubscribe(name).catch((err: unknown) => log.warn({ err }, 'cannot unsubscribe'))
        }
      }
    },
    /** `again` runs after each reconnect, once every channel is confirmed anew: what came before that was missed. */
    onReconnect(again: () => void) {
      const onReady = () => {
        const names = [...channels.keys()]
        if (names.length > 0) join(names).then(again)
      }
      redis.on('ready', onReady)
      return () => redis.off('ready', onReady)
    },
    size: () => channels.size,
    close: () => redis.off('message', onMessage)
  }
}
