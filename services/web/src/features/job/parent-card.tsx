import { queryOptions, useQuery } from '@tanstack/react-query'
import { ApiError } from '@trainyard/client/errors'
import { architecturesQuery } from '../../api/catalogue.ts'
import { client } from '../../api/client.ts'
import { jobKey } from '../../api/jobs.ts'
import { differences, settingsOfBody } from '../../jobs/settings.ts'
import { Card } from '../../ui/card.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { plainName } from '../../ui/name.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { parentWords } from './parent-words.ts'

/** All settings of a job, which the job itself does not carry whole; they never change. */
const bodyQuery = (id: string) =>
  queryOptions({
    queryKey: [...jobKey(id), 'clone'],
    queryFn: ({ signal }) => client.training.clone(id, { signal }),
    retry: (failures, error) => !(error instanceof ApiError && error.status === 404) && failures < 2
  })

/** In which settings a job differs from the one that it was cloned from, in words. */
export function ParentCard({ id, parent }: { id: string; parent: string }) {
  const catalogue = useQuery(architecturesQuery())
  const mine = useQuery(bodyQuery(id))
  const before = useQuery(bodyQuery(parent))
  const gone = before.error instanceof ApiError && before.error.status === 404
  const failed = [mine, before, catalogue].find(({ error }) => error !== null)
  return (
    <Card title="Differs from the job it was cloned from">
      {gone ? (
        <p className="text-muted">That job is not there any more, so there is nothing to compare with.</p>
      ) : failed ? (
        <ErrorCard error={failed.error} onRetry={() => void failed.refetch()} />
      ) : !mine.data || !before.data || !catalogue.data ? (
        <SkeletonRows rows={2} label="Comparing with the parent" />
      ) : (
        <Differences
          words={differences(
            settingsOfBody(before.data, catalogue.data),
            settingsOfBody(mine.data, catalogue.data)
          ).map(parentWords)}
        />
      )}
    </Card>
  )
}

function Differences({ words }: { words: readonly string[] }) {
  if (words.length === 0) return <p className="text-muted">In nothing: every setting is the same.</p>
  return (
    <ul className="flex list-disc flex-col gap-1 pl-5">
      {words.map((text) => (
        <li key={text} className="break-words">
          <bdi>{plainName(text, 600)}</bdi>
        </li>
      ))}
    </ul>
  )
}
