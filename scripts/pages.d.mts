/** One thing that the bootstrap makes when it is not there. */
export type Part = {
  what: string
  announce: string
  done: string
  present: () => boolean
  install: () => Promise<void>
}
export function pages(root: string): Part
