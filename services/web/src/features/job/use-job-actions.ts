import { useMutation, useQueryClient } from '@tanstack/react-query'
import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job } from '@trainyard/contracts/training'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { sentenceFor } from '../../api/errors.ts'
import { jobKey } from '../../api/jobs.ts'
import { newerJob } from '../../live/merge-job.ts'
import { plainName } from '../../ui/name.tsx'
import { useToast } from '../../ui/toast.tsx'
import { linkDownload } from './link-download.ts'

export type JobActions = ReturnType<typeof useJobActions>

/** What can be done to a job, and what its state allows. Never optimistic: a state is the server's word. */
export function useJobActions(job: Job) {
  const { id, state } = job
  const queries = useQueryClient()
  const navigate = useNavigate()
  const toast = useToast()

  const onError = (error: unknown) => {
    const { title, message } = sentenceFor(error)
    toast({ tone: 'bad', message: `${title}. ${message}` })
    // The state may be another one than this page believes.
    void queries.invalidateQueries({ queryKey: jobKey(id), exact: true })
  }
  const took = (said: string) => (fresh: Job) => {
    queries.setQueryData<Job>(jobKey(id), (known) => newerJob(known, fresh))
    void queries.invalidateQueries({ queryKey: ['jobs'] })
    toast({ message: said })
  }

  const stop = useMutation({
    mutationFn: () => client.training.stop(id),
    onSuccess: (fresh) =>
      took(fresh.state === 'stopped' ? 'Stopped' : 'Stopping: finishing the step, saving a usable model')(
        fresh
      ),
    onError
  })
  const resume = useMutation({
    mutationFn: (timeLimit?: number) =>
      client.training.resume(id, timeLimit === undefined ? {} : { time_limit_seconds: timeLimit }),
    onSuccess: took('Queued: goes on from the last checkpoint'),
    onError
  })
  const retry = useMutation({
    mutationFn: () => client.training.retry(id),
    onSuccess: took('Queued: starts from the beginning'),
    onError
  })
  const remove = useMutation({
    mutationFn: () => client.training.delete(id),
    onSuccess() {
      toast({ message: `Deleted ${plainName(job.name, 60)}` })
      void queries.invalidateQueries({ queryKey: ['jobs'] })
      void navigate('/jobs')
    },
    onError
  })
  const download = useMutation({
    mutationFn: (artifact: string) => linkDownload(id, artifact),
    onError
  })

  return {
    stop,
    resume,
    retry,
    remove,
    download,
    cloneTo: `/train?from=${id}`,
    compareTo: `/compare?ids=${id}`,
    can: {
      stop: state === 'queued' || state === 'running',
      resume: state === 'stopped' || state === 'failed',
      retry: isTerminal(state),
      remove: isTerminal(state)
    }
  }
}
