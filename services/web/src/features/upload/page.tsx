import { useQuery } from '@tanstack/react-query'
import { FileUp } from 'lucide-react'
import { useCallback } from 'react'
import { configQuery } from '../../api/config.ts'
import { bytes, counted } from '../../format/numbers.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { useToast } from '../../ui/toast.tsx'
import { ChooseFiles } from '../../uploads/choose-files.tsx'
import { DropTarget } from '../../uploads/drop-target.tsx'
import { MOST } from '../../uploads/upload-manager.ts'
import { uploads } from '../../uploads/uploads.ts'
import { useUploads } from '../../uploads/use-uploads.ts'
import { UploadCard } from './upload-card.tsx'

export function Component() {
  const toast = useToast()
  const config = useQuery(configQuery())
  const all = useUploads()
  const add = useCallback(
    (files: File[]) => {
      const left = uploads.add(files)
      if (left > 0) {
        const message = `${counted(left, 'file')} left out: the list takes ${MOST} at a time. Remove some first.`
        toast({ tone: 'bad', message })
      }
    },
    [toast]
  )
  return (
    <DropTarget onFiles={add}>
      <PageHeader title="Upload data" crumbs={[{ label: 'Datasets', to: '/datasets' }]} />
      <div className="flex flex-col items-center gap-2 rounded-lg border-2 border-dashed border-outline bg-surface px-4 py-10 text-center">
        <FileUp aria-hidden="true" className="size-8 text-muted" />
        <p className="text-base font-semibold">Drop CSV, TSV, JSON or JSONL files here</p>
        <p className="text-muted">
          Each also as .gz
          {config.data && `, up to ${bytes(config.data.upload_limit_bytes)} a file`}. Two are sent at a time;
          you may leave this page meanwhile.
        </p>
        <div className="mt-2">
          <ChooseFiles onFiles={add} />
        </div>
      </div>
      {all.length > 0 && (
        <ul aria-label="Uploads" className="mt-4 flex flex-col gap-3">
          {all.toReversed().map((upload) => (
            <li key={upload.key}>
              <UploadCard upload={upload} />
            </li>
          ))}
        </ul>
      )}
    </DropTarget>
  )
}
