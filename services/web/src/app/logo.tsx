/** Three tracks that join into one. */
export const Logo = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 24 24" aria-hidden="true" className={className}>
    <rect width="24" height="24" rx="6" className="fill-accent" />
    <path
      d="M6 18V6M6 13c0-4 6-2 6-7M6 17c0-5 12-4 12-11"
      fill="none"
      strokeWidth="2"
      strokeLinecap="round"
      className="stroke-on-accent"
    />
  </svg>
)
