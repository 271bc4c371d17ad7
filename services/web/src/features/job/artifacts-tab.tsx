import { useMutation, useQuery } from '@tanstack/react-query'
import { isTerminal } from '@trainyard/contracts/terminal'
import type { Job } from '@trainyard/contracts/training'
import { Download, Package } from 'lucide-react'
import { artifactsQuery } from '../../api/jobs.ts'
import { bytes } from '../../format/numbers.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorCard } from '../../ui/error-card.tsx'
import { Name } from '../../ui/name.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { whatIs } from './artifact-info.ts'
import { linkDownload } from './link-download.ts'

/** The files of the newest attempt that has any. */
export function ArtifactsTab({ job }: { job: Job }) {
  const files = useQuery(artifactsQuery(job.id))
  const download = useMutation({ mutationFn: (name: string) => linkDownload(job.id, name) })
  if (files.isPending) return <SkeletonRows rows={4} label="Loading the files" />
  if (files.error) return <ErrorCard error={files.error} onRetry={() => void files.refetch()} />
  if (files.data.length === 0) {
    return (
      <EmptyState icon={<Package className="size-8" />} title="No files yet">
        {isTerminal(job.state)
          ? 'This job ended before it had a model. Resume or clone it.'
          : 'The model, its card and its scores appear here at the end, and after a stop.'}
      </EmptyState>
    )
  }
  return (
    <div className="flex flex-col gap-3">
      {download.error && <ErrorCard error={download.error} />}
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface shadow-card">
        {files.data.map(({ name, bytes: size, sha256 }) => (
          <li key={name} className="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-semibold">
                <Name>{name}</Name> <span className="font-normal text-muted">{bytes(size)}</span>
              </p>
              <p className="text-muted">{whatIs(name)}</p>
              <p className="mt-1 flex min-w-0 items-center gap-2 text-xs text-muted">
                <span className="shrink-0">SHA-256</span>
                <code className="min-w-0 truncate font-mono" title={sha256}>
                  {sha256}
                </code>
              </p>
            </div>
            <CopyButton variant="quiet" text={sha256} done={`SHA-256 of ${name} copied`}>
              Copy SHA-256
            </CopyButton>
            <Button
              aria-label={`Download ${name}`}
              busy={download.isPending && download.variables === name}
              icon={<Download aria-hidden="true" className="size-4" />}
              onClick={() => download.mutate(name)}
            >
              Download
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}
