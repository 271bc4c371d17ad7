import type { JobState } from '@trainyard/contracts/training'

const SIZE = 32
const TOKENS: Record<JobState, string> = {
  queued: '--queued',
  running: '--running',
  stopping: '--stopping',
  succeeded: '--succeeded',
  failed: '--failed',
  stopped: '--stopped'
}

/** A picture of a job's state as a `data:` address; undefined where there is no canvas. */
export function drawTabIcon(state: JobState, percent: number): string | undefined {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIZE
  const context = canvas.getContext('2d')
  if (!context) return undefined
  const style = getComputedStyle(document.documentElement)
  const colour = style.getPropertyValue(TOKENS[state]).trim()
  const middle = SIZE / 2
  context.lineCap = 'round'
  context.lineWidth = 6
  const arc = (share: number, stroke: string) => {
    context.strokeStyle = stroke
    context.beginPath()
    context.arc(middle, middle, middle - 4, -Math.PI / 2, -Math.PI / 2 + share * 2 * Math.PI)
    context.stroke()
  }
  if (state === 'succeeded' || state === 'failed') {
    context.fillStyle = colour
    context.beginPath()
    context.arc(middle, middle, middle - 1, 0, 2 * Math.PI)
    context.fill()
    context.strokeStyle = style.getPropertyValue('--surface').trim()
    context.lineWidth = 4
    context.beginPath()
    const strokes =
      state === 'succeeded'
        ? [[9, 17, 14, 22, 23, 11]]
        : [
            [10, 10, 22, 22],
            [22, 10, 10, 22]
          ]
    for (const points of strokes) {
      context.moveTo(points[0] as number, points[1] as number)
      for (let i = 2; i < points.length; i += 2) context.lineTo(points[i] as number, points[i + 1] as number)
    }
    context.stroke()
  } else {
    arc(1, style.getPropertyValue('--outline').trim())
    if (percent > 0) arc(percent / 100, colour)
  }
  return canvas.toDataURL('image/png')
}
