import type { JobState } from '@trainyard/contracts/training'
import { useEffect } from 'react'
import { drawTabIcon } from './tab-icon.ts'

const USUAL = '/icon.svg'

/** The tab's icon is a ring of the progress, then a tick or a cross; the usual one again when the page is left. */
export function useTabIcon(state: JobState, percent: number | undefined) {
  // Whole steps of two percent: more cannot be seen in 32 pixels.
  const shown = Math.round((percent ?? 0) / 2) * 2
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    const url = drawTabIcon(state, shown)
    if (link && url) link.href = url
  }, [state, shown])
  useEffect(
    () => () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
      if (link) link.href = USUAL
    },
    []
  )
}
