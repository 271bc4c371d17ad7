/** How long the browser may take to begin reading; then the memory is given back. */
const HELD_MS = 60_000

/** Hands bytes to the browser's download, under a name. */
export function saveBlob(blob: Blob, name: string) {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), HELD_MS)
}
