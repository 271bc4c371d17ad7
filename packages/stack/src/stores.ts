import type { ProcessDefinition } from './processes/definition.ts'
import { valkeyUsers } from './redis-acl.ts'
import { postgresDefinition } from './servers/postgres.ts'
import { s3Definition } from './servers/s3.ts'
import { valkeyDefinition } from './servers/valkey.ts'
import type { Plan } from './services.ts'

/** The servers of a plan; each data folder is one folder of the plan's. */
export function storeDefinitions(plan: Plan): {
  postgres: ProcessDefinition
  others: ProcessDefinition[]
} {
  const { secrets, env, at } = plan
  const port = (name: string) => plan.ports[name] ?? 0
  const s3 = (name: 'datasets' | 'artifacts') =>
    s3Definition({
      name: `s3-${name}`,
      dataDir: at(`s3-${name}`),
      port: port(`s3-${name}`),
      ...secrets.stores[name],
      buckets: [`ty-${name}`],
      env
    })
  return {
    postgres: postgresDefinition({
      dataDir: at('postgres'),
      port: port('postgres'),
      password: secrets.postgresAdmin,
      env
    }),
    others: [
      valkeyDefinition({ dataDir: at('valkey'), port: port('valkey'), users: valkeyUsers(secrets), env }),
      s3('datasets'),
      s3('artifacts')
    ]
  }
}
