import type { RedisUser, Secrets } from './secrets.ts'
import type { ValkeyUser } from './servers/valkey.ts'

/** What BullMQ and ioredis need of the commands that can hurt; FLUSHALL, CONFIG, KEYS and the like stay refused. */
const commands = '+@all -@admin -@dangerous +info +client|list +client|setname +client|setinfo'

/**
 * Keys and channels by service. The job service may write `profile` keys although it only reads them for the board:
 * a read-only grant does not let BullMQ's Lua readers run, as a script's keys count as written.
 */
const access: Record<RedisUser, string> = {
  dataset: '~bull:profile:* &workspace:*',
  job: '~bull:train-cpu:* ~bull:train-gpu:* ~bull:profile:* &job:* &workspace:*',
  gateway: '~rl:* &job:* &workspace:*',
  worker: '~bull:*'
}

/** The administrator comes first: readiness is asked as it. */
export function valkeyUsers(secrets: Secrets): ValkeyUser[] {
  const services = Object.entries(access).map(([name, rules]) => ({
    name,
    password: secrets.redis[name as RedisUser],
    rules: `resetchannels ${rules} ${commands}`
  }))
  return [{ name: 'admin', password: secrets.redisAdmin, rules: '~* &* +@all' }, ...services]
}
