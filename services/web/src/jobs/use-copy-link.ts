import { copyText } from '../ui/copy-button.tsx'
import { useToast } from '../ui/toast.tsx'
import { useKeys } from '../ui/use-keys.ts'

/** `y`, and whoever calls what it gives, copies the address of the page; `holds` are the words for what is in it. */
export function useCopyLink(holds: readonly string[]) {
  const toast = useToast()
  async function copy() {
    const copied = await copyText(location.href)
    if (copied) toast({ message: linkWords(holds) })
    else
      toast({
        tone: 'bad',
        message: 'The browser did not allow copying. Copy the address from its bar: it holds the view.'
      })
  }
  useKeys({ y: () => void copy() })
  return () => void copy()
}

const list = new Intl.ListFormat('en', { type: 'conjunction' })

/** "Link copied. It holds the zoom and one hidden line." */
export const linkWords = (holds: readonly string[]) =>
  holds.length === 0
    ? 'Link copied. It shows this page as usual.'
    : `Link copied. It holds ${list.format(holds)}.`
