import { FileUp } from 'lucide-react'
import { ChooseFiles } from '../../uploads/choose-files.tsx'

/** What somebody without data sees: how to bring some. */
export function DropZone({ onFiles }: { onFiles: (files: File[]) => void }) {
  return (
    <div className="flex flex-col items-center gap-2 rounded-lg border-2 border-dashed border-outline bg-surface px-4 py-16 text-center">
      <FileUp aria-hidden="true" className="size-10 text-muted" />
      <p className="text-base font-semibold">Drop a table here</p>
      <p className="max-w-prose text-muted">
        CSV, TSV, JSON or JSONL, each also as .gz. The first row names the columns; types, missing values and
        ranges are found by themselves.
      </p>
      <div className="mt-3">
        <ChooseFiles onFiles={onFiles} />
      </div>
    </div>
  )
}
