import { cx } from './cx.ts'

/** A grey block of the size that the content will have; shown only after 150 ms. */
export const Skeleton = ({ className }: { className?: string }) => (
  <div
    aria-hidden="true"
    className={cx('appear-late shimmer rounded-md bg-sunken', className ?? 'h-4 w-full')}
  />
)

/** Rows of a list that is on its way, with a word for screen readers. */
export function SkeletonRows({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-2">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} className="h-row" />
      ))}
    </div>
  )
}
