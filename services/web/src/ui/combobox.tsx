import { Combobox as Base } from '@base-ui/react/combobox'
import { Check, ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Wiring } from './field.tsx'

export type ComboOption = { value: string; label: string; detail?: ReactNode }
type Props = Partial<Wiring> & {
  value: string | null
  onChange: (value: string | null) => void
  options: readonly ComboOption[]
  placeholder?: string
  empty?: string
  disabled?: boolean
  /** Names the control where no `Field` does. */
  label?: string
}

/** A list to search in by typing; for lists too long for a `Select`. */
export function Combobox({
  id,
  value,
  onChange,
  options,
  placeholder,
  empty,
  disabled,
  label,
  ...rest
}: Props) {
  const selected = options.find((option) => option.value === value) ?? null
  return (
    <Base.Root
      items={options}
      value={selected}
      onValueChange={(option: ComboOption | null) => onChange(option?.value ?? null)}
      itemToStringLabel={(option: ComboOption) => option.label}
      isItemEqualToValue={(a: ComboOption, b: ComboOption) => a.value === b.value}
      disabled={disabled}
      limit={200}
      autoHighlight
    >
      <div className="relative">
        <Base.Input
          {...rest}
          id={id}
          aria-label={label}
          placeholder={placeholder}
          className="control w-full truncate pr-9"
        />
        <Base.Trigger
          aria-label="Show the list"
          className="absolute inset-y-1 right-1 inline-flex w-7 items-center justify-center text-muted hover:text-ink"
        >
          <ChevronDown aria-hidden="true" className="size-4" />
        </Base.Trigger>
      </div>
      <Base.Portal>
        <Base.Positioner sideOffset={4} className="z-50">
          <Base.Popup className="max-h-80 w-[var(--anchor-width)] min-w-56 overflow-y-auto rounded-lg border border-line bg-raised py-1 shadow-raised">
            <Base.Empty className="px-3 py-2 text-muted empty:hidden">{empty ?? 'Nothing found'}</Base.Empty>
            <Base.List>
              {(option: ComboOption) => (
                <Base.Item
                  key={option.value}
                  value={option}
                  className="flex min-h-8 cursor-default items-center gap-2 px-3 py-1 data-[highlighted]:bg-sunken"
                >
                  <bdi className="min-w-0 flex-1 truncate">{option.label}</bdi>
                  {option.detail && <span className="shrink-0 text-xs text-muted">{option.detail}</span>}
                  <Base.ItemIndicator className="shrink-0">
                    <Check aria-hidden="true" className="size-4" />
                  </Base.ItemIndicator>
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
