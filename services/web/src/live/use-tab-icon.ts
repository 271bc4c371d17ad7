import type { JobState } from '@trainyard/contracts/training'
import { useEffect, useRef } from 'react'
import { drawTabIcon } from './tab-icon.ts'

const iconLink = () => document.querySelector<HTMLLinkElement>('link[rel="icon"]')

/** The tab's icon is a ring of the progress, then a tick or a cross; the usual one again when the page is left. */
export function useTabIcon(state: JobState, percent: number | undefined) {
  // Whole steps of two percent: more cannot be seen in 32 pixels.
  const usual = useRef<string>(undefined)
  const shown = Math.round((percent ?? 0) / 2) * 2
  useEffect(() => {
    const link = iconLink()
    usual.current ??= link?.href
    const url = drawTabIcon(state, shown)
    if (link && url) link.href = url
  }, [state, shown])
  useEffect(
    () => () => {
      const link = iconLink()
      if (link && usual.current) link.href = usual.current
    },
    []
  )
}
