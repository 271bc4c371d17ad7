import { Search } from 'lucide-react'
import { useRef } from 'react'
import { cx } from './cx.ts'
import { useKeys } from './use-keys.ts'

type Props = {
  value: string
  onChange: (value: string) => void
  /** Names the field: "Filter datasets by name". */
  label: string
  className?: string
  maxLength?: number
}

/** Filters what the page shows; `/` comes here, Escape clears it and then leaves. */
export function FilterInput({ value, onChange, label, className, maxLength = 200 }: Props) {
  const input = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => input.current?.select() })
  return (
    <div className={cx('relative', className)}>
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted"
      />
      <input
        ref={input}
        type="search"
        value={value}
        maxLength={maxLength}
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder="Filter"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          if (value === '') input.current?.blur()
          else onChange('')
        }}
        className="control w-full pl-8 [&::-webkit-search-cancel-button]:hidden"
      />
      {value === '' && (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute top-1/2 right-2 hidden -translate-y-1/2 rounded-sm border border-line px-1 text-xs text-muted md:block"
        >
          /
        </span>
      )}
    </div>
  )
}
