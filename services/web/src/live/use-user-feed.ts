import { useEffect } from 'react'
import { live } from './live.ts'

/** Follows everything of the user; mounted once, by the shell. */
export function useUserFeed() {
  useEffect(() => live.followUser(), [])
}
