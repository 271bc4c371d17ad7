import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { configQuery } from '../../api/config.ts'
import { meQuery } from '../../api/me.ts'
import { bytes } from '../../format/numbers.ts'
import { dateTime } from '../../format/times.ts'
import { usePrefs } from '../../prefs/use-prefs.ts'
import { Card } from '../../ui/card.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { Name } from '../../ui/name.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'

/** Who is signed in, and where. */
export function Account() {
  const me = useQuery(meQuery())
  const { data: config } = useQuery(configQuery())
  const [{ time }] = usePrefs()
  if (me.error) return <ErrorCard error={me.error} onRetry={() => me.refetch()} />
  if (!me.data) return <SkeletonRows rows={4} />
  const { id, email, name, role, created_at } = me.data
  return (
    <div className="flex flex-col gap-4">
      <Card title="You">
        <Facts>
          <Fact name="E-mail">
            <Name>{email}</Name>
          </Fact>
          {name && (
            <Fact name="Name">
              <Name>{name}</Name>
            </Fact>
          )}
          <Fact name="Role">{role === 'admin' ? 'Administrator' : 'Member'}</Fact>
          <Fact name="Account since">{dateTime(created_at, { utc: time === 'utc' })}</Fact>
          <Fact name="Id">
            <span className="flex flex-wrap items-center gap-2">
              <code className="font-mono text-code">{id}</code>
              <CopyButton text={id} variant="quiet" />
            </span>
          </Fact>
        </Facts>
      </Card>
      {config && (
        <Card title="This installation">
          <Facts>
            <Fact name="Version">{config.version}</Fact>
            <Fact name="Largest upload">{bytes(config.upload_limit_bytes)}</Fact>
            <Fact name="Registration">{REGISTRATION[config.registration]}</Fact>
            <Fact name="API">
              <a href="/api-docs" className="text-accent underline underline-offset-2">
                Documentation
              </a>
            </Fact>
          </Facts>
        </Card>
      )}
    </div>
  )
}

const REGISTRATION = { open: 'Open to everybody', invite: 'By invitation', closed: 'Closed' }
const Facts = ({ children }: { children: ReactNode }) => <dl className="flex flex-col gap-2">{children}</dl>
const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid items-baseline gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
    <dt className="text-muted">{name}</dt>
    <dd>{children}</dd>
  </div>
)
