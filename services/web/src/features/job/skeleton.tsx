import { Skeleton } from '../../ui/skeleton.tsx'

/** The page at its final size, before the job is there. */
export function JobSkeleton() {
  return (
    <div role="status" aria-label="Loading the job" className="flex flex-col gap-4">
      <Skeleton className="h-8 w-72" />
      <Skeleton className="h-28 w-full" />
      <Skeleton className="h-9 w-full" />
      <PanelsSkeleton />
    </div>
  )
}

export const PanelsSkeleton = () => (
  <div className="grid gap-4 lg:grid-cols-2">
    <Skeleton className="h-76 w-full" />
    <Skeleton className="h-76 w-full" />
  </div>
)
