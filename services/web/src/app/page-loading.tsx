import { Skeleton } from '../ui/skeleton.tsx'

/** Before the first page is there. */
export function PageLoading() {
  return (
    <div role="status" aria-label="Loading" className="mx-auto flex max-w-5xl flex-col gap-4 p-6">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-40 w-full" />
    </div>
  )
}
