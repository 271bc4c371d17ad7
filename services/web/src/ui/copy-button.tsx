import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from './button.tsx'
import { useToast } from './toast.tsx'

type Props = {
  /** What is copied, or what makes it when pressed. */
  text: string | (() => string)
  children?: string
  /** Said when it is done: "Link copied: zoom and smoothing included". */
  done?: string
  variant?: 'secondary' | 'quiet'
  small?: boolean
}

/** Copies; on pages without a clipboard (plain HTTP) it goes by a selection, and says so when that fails too. */
export function CopyButton({ text, children = 'Copy', done, variant, small = true }: Props) {
  const [copied, setCopied] = useState(false)
  const toast = useToast()
  async function copy() {
    if (!(await copyText(typeof text === 'string' ? text : text()))) {
      toast({
        tone: 'bad',
        message: 'The browser did not allow copying. Select the text and copy it by hand.'
      })
      return
    }
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
    if (done) toast({ message: done })
  }
  const icon = copied ? (
    <Check aria-hidden="true" className="size-4" />
  ) : (
    <Copy aria-hidden="true" className="size-4" />
  )
  return (
    <Button variant={variant} small={small} icon={icon} onClick={copy}>
      {copied ? 'Copied' : children}
    </Button>
  )
}

/** Whether the text is in the clipboard now. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'sr-only'
  const before = document.activeElement
  document.body.append(area)
  area.select()
  try {
    return document.execCommand('copy')
  } finally {
    area.remove()
    if (before instanceof HTMLElement) before.focus()
  }
}
