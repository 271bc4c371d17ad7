/** A key of the keyboard, as a cap. */
export const Key = ({ children }: { children: string }) => (
  <kbd className="rounded-sm border border-line bg-sunken px-1.5 font-sans text-xs whitespace-nowrap text-muted">
    {children}
  </kbd>
)
