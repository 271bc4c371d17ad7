import type { Logger } from '@trainyard/service-kit/log'
import pg from 'pg'

type Options = { url: string; channel: string; onNotify: () => void; log: Logger }

const RETRY_MS = 2_000

/** LISTEN on a connection of its own that is opened again when it is lost; each opening counts as a notification. */
export function createListener({ url, channel, onNotify, log }: Options) {
  let stopped = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let opening: Promise<void> = Promise.resolve()

  const again = () => {
    client = undefined
    if (!stopped) timer = setTimeout(start, RETRY_MS + Math.random() * 500)
  }
  const open = async () => {
    const fresh = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, keepAlive: true })
    let lost = false
    const onLost = (err?: Error) => {
      if (lost) return
      lost = true
      if (!stopped) log.warn({ err, channel }, 'the listening connection was lost; it is opened again')
      fresh.end().catch((cause: unknown) => log.debug({ cause }, 'a lost connection did not end'))
      again()
    }
    fresh.on('error', onLost)
    fresh.on('end', () => onLost())
    fresh.on('notification', onNotify)
    try {
      await fresh.connect()
      await fresh.query(`listen ${pg.escapeIdentifier(channel)}`)
      client = fresh
      onNotify()
    } catch (err) {
      onLost(err instanceof Error ? err : undefined)
    }
  }
  const start = () => {
    opening = open()
  }
  start()
  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await opening
      await client?.end()
    }
  }
}
