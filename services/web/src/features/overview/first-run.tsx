import { useMutation } from '@tanstack/react-query'
import { Check, LoaderCircle, Play, Upload } from 'lucide-react'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { client } from '../../api/client.ts'
import { jobKey } from '../../api/jobs.ts'
import { queryClient } from '../../api/query-client.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { cx } from '../../ui/cx.ts'
import { ErrorCard } from '../../ui/error-card.tsx'
import { sendFile } from '../../uploads/send-file.ts'
import sampleUrl from './sample-churn.csv?url'
import { type SampleStep, trainOnSample } from './train-on-sample.ts'

const STEPS: { id: SampleStep; words: string }[] = [
  { id: 'uploading', words: 'Upload 300 rows' },
  { id: 'reading', words: 'Read the columns' },
  { id: 'starting', words: 'Start the training' }
]

async function load(): Promise<File> {
  const reply = await fetch(sampleUrl)
  if (!reply.ok) throw new Error(`The sample file answered ${reply.status}.`)
  return new File([await reply.blob()], 'sample-churn.csv', { type: 'text/csv' })
}

/** The way from nothing to a model that trains, in one press. */
export function FirstRun() {
  const [step, setStep] = useState<SampleStep>()
  const navigate = useNavigate()
  const sample = useMutation({
    mutationFn: async () => {
      const { signal } = new AbortController()
      const token = await client.token()
      const upload = (file: File) => sendFile({ file, token, signal, onProgress: () => undefined })
      return trainOnSample({ client, load, upload, onStep: setStep, signal })
    },
    onSuccess: (job) => {
      queryClient.setQueryData(jobKey(job.id), job)
      void queryClient.invalidateQueries({ queryKey: ['jobs'] })
      void queryClient.invalidateQueries({ queryKey: ['datasets'] })
      return navigate(`/jobs/${job.id}`)
    },
    onError: () => setStep(undefined)
  })
  return (
    <section
      aria-labelledby="first-run"
      className="grid items-center gap-8 rounded-lg border border-line bg-surface px-6 py-8 shadow-card sm:px-10 sm:py-10 lg:grid-cols-[minmax(0,1fr)_22rem]"
    >
      <div className="min-w-0">
        <h2 id="first-run" className="text-lg font-semibold">
          Train your first model
        </h2>
        <p className="mt-1 max-w-prose text-muted">
          Give it a table of examples and the column to predict. You watch it learn, and download a model that
          runs anywhere PyTorch does.
        </p>
        <div className="mt-6 flex flex-wrap gap-2">
          <Button
            variant="primary"
            busy={sample.isPending || sample.isSuccess}
            icon={<Play aria-hidden="true" className="size-4" />}
            onClick={() => sample.mutate()}
          >
            Train on sample data
          </Button>
          <LinkButton to="/datasets/new" icon={<Upload aria-hidden="true" className="size-4" />}>
            Upload your own
          </LinkButton>
        </div>
        <p className="mt-3 text-xs text-muted">
          The sample: 300 customers of a phone company, and which of them left. CSV, TSV, JSON and JSONL files
          work, also gzipped.
        </p>
        {step && <Steps current={step} />}
        {sample.isError && (
          <div className="mt-4">
            <ErrorCard error={sample.error} onRetry={() => sample.mutate()} />
          </div>
        )}
      </div>
      <Curves />
    </section>
  )
}

/** What one is about to see: two losses that fall. A picture, so it says nothing to a screen reader. */
function Curves() {
  return (
    <svg viewBox="0 0 320 180" aria-hidden="true" className="hidden w-full lg:block">
      <g className="stroke-line" strokeWidth="1">
        <path d="M24 24.5H312M24 68.5H312M24 112.5H312" strokeDasharray="2 4" />
        <path d="M24.5 12V156.5H312" fill="none" />
      </g>
      <g fill="none" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
        <path
          className="stroke-series-1"
          d="M24 28C38 62 46 80 62 92S96 112 118 120S164 132 196 137S262 143 306 145"
        />
        <path
          className="stroke-series-2"
          d="M24 36C40 60 50 78 70 90S108 104 132 110S176 116 206 117S268 120 306 124"
        />
      </g>
      <circle cx="206" cy="117" r="4" className="fill-surface stroke-series-2" strokeWidth="2" />
    </svg>
  )
}

function Steps({ current }: { current: SampleStep }) {
  const at = STEPS.findIndex(({ id }) => id === current)
  return (
    <ol aria-live="polite" className="mt-6 flex flex-col gap-1 border-t border-line pt-4">
      {STEPS.map(({ id, words }, index) => (
        <li key={id} className={cx('flex items-center gap-2', index > at && 'text-muted')}>
          {index < at && <Check aria-label="Done:" className="size-4 text-succeeded" />}
          {index === at && <LoaderCircle aria-label="Now:" className="size-4 animate-spin text-running" />}
          {index > at && <span aria-hidden="true" className="size-4" />}
          {words}
        </li>
      ))}
    </ol>
  )
}
