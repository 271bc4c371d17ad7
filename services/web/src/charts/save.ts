import { saveBlob } from '../ui/save-blob.ts'

/** The drawing as it is, on the surface that it stands on, as a PNG file. */
export function savePng(canvas: HTMLCanvasElement, name: string) {
  const copy = document.createElement('canvas')
  copy.width = canvas.width
  copy.height = canvas.height
  const context = copy.getContext('2d')
  if (!context) return
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--surface').trim()
  context.fillRect(0, 0, copy.width, copy.height)
  context.drawImage(canvas, 0, 0)
  copy.toBlob((blob) => blob && saveBlob(blob, `${name}.png`))
}

export const saveCsv = (text: string, name: string) =>
  saveBlob(new Blob([text], { type: 'text/csv' }), `${name}.csv`)
