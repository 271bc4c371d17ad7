import { useQuery } from '@tanstack/react-query'
import type { Job } from '@trainyard/contracts/training'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { datasetQuery } from '../../api/datasets.ts'
import { sentenceFor } from '../../api/errors.ts'
import { jobQuery } from '../../api/jobs.ts'
import { counted } from '../../format/numbers.ts'
import { dateTime, duration } from '../../format/times.ts'
import { Card } from '../../ui/card.tsx'
import { Name } from '../../ui/name.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { ClonesCard } from './clones-card.tsx'
import { ParentCard } from './parent-card.tsx'
import { PHASE_WORDS, timelineOf } from './timeline.ts'

/** Where the job comes from, its data, parent and attempts; in what it differs from its parent; what came of it. */
export function LineageTab({ job }: { job: Job }) {
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Card title="Made from">
        <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-2">
          <Row name="Dataset">
            <DatasetLink id={job.dataset_id} />
          </Row>
          {job.target !== null && (
            <Row name="Target">
              <Name>{job.target}</Name>
            </Row>
          )}
          <Row name="Task">{job.task.replaceAll('_', ' ')}</Row>
          {job.cloned_from !== null && (
            <Row name="Cloned from">
              <ParentLink id={job.cloned_from} />
            </Row>
          )}
          <Row name="Created">{dateTime(job.created_at)}</Row>
          {job.finished_at !== null && <Row name="Finished">{dateTime(job.finished_at)}</Row>}
          <Row name="Id">
            <code className="font-mono text-code select-all">{job.id}</code>
          </Row>
        </dl>
      </Card>
      <Card title={counted(job.attempts, 'attempt')} flush>
        <Attempts job={job} />
      </Card>
      {job.cloned_from !== null && <ParentCard id={job.id} parent={job.cloned_from} />}
      <ClonesCard id={job.id} />
    </div>
  )
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

function DatasetLink({ id }: { id: string }) {
  const { data, error } = useQuery(datasetQuery(id))
  if (error) return <span className="text-muted">{sentenceFor(error).title}</span>
  return (
    <Link to={`/datasets/${id}`} className="text-accent">
      {data ? <Name>{data.name}</Name> : id}
    </Link>
  )
}

function ParentLink({ id }: { id: string }) {
  const { data, error } = useQuery(jobQuery(id))
  if (error) return <span className="text-muted">{sentenceFor(error).title}</span>
  return (
    <Link to={`/jobs/${id}`} className="text-accent">
      {data ? <Name>{data.name}</Name> : id}
    </Link>
  )
}

function Attempts({ job }: { job: Job }) {
  const attempts = timelineOf(job, Date.parse(job.finished_at ?? job.timeline.at(-1)?.at ?? job.created_at))
  if (attempts.length === 0) return <p className="p-4 text-muted">None yet.</p>
  return (
    <ol className="divide-y divide-line">
      {attempts.toReversed().map(({ attempt, parts }, i) => (
        <li key={attempt} className="flex flex-col gap-1 p-4">
          <p className="flex flex-wrap items-center gap-2 font-semibold">
            Attempt {attempt} {i === 0 && <StateBadge state={job.state} />}
          </p>
          <p className="text-muted">
            {parts.map(({ phase, seconds }) => `${PHASE_WORDS[phase]} ${duration(seconds)}`).join(' · ')}
          </p>
        </li>
      ))}
    </ol>
  )
}
