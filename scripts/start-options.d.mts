/** `data` is undefined where the folder is left to us. Throws a `Sentence` for what it does not understand. */
export function startOptions(args: string[]): {
  port: number
  host: string
  data: string | undefined
  workers: number
  dev: boolean
  pagesPort: number
}
