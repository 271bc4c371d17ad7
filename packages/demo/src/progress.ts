import type { JobUpdate } from '@trainyard/contracts/live'
import type { Progress } from '@trainyard/contracts/training'

/** Where the demo writes: `width` is undefined where nobody watches a terminal. */
export type Screen = { write: (text: string) => void; width: () => number | undefined }

const BAR = 24
const PLAIN_STEP = 5
const CLEAR_LINE = '\r\u001b[2K'

function bar(percent: number) {
  const full = Math.round((Math.min(100, Math.max(0, percent)) / 100) * BAR)
  return '█'.repeat(full) + '░'.repeat(BAR - full)
}

/**
 * The live progress of one job: a bar that is redrawn in a terminal, a plain line for
 * every few percent everywhere else. Loss is the newest `train/loss` that came over the socket.
 */
export function progressView(screen: Screen) {
  let progress: Progress | undefined
  let phase = 'queued'
  let loss: number | null | undefined
  let drawn = false
  let shown = -1

  const lossText = () =>
    loss === undefined ? '' : `  loss ${loss === null ? 'not finite' : loss.toFixed(6)}`
  const line = () => {
    if (!progress) return `  ${phase} …`
    const { percent, epoch, epochs, step, steps } = progress
    const counts = `epoch ${epoch}/${epochs}  step ${step}/${steps}${lossText()}`
    return `  ${bar(percent)} ${String(Math.floor(percent)).padStart(3)}%  ${counts}  ${phase}`
  }

  function draw() {
    const width = screen.width()
    if (width !== undefined) {
      screen.write(CLEAR_LINE + line().slice(0, width - 1))
      drawn = true
      return
    }
    const step = progress ? Math.floor(progress.percent / PLAIN_STEP) : -1
    if (step <= shown) return
    shown = step
    screen.write(`${line().trimEnd()}\n`)
  }

  return {
    update(update: JobUpdate) {
      if (update.event === 'state') phase = update.data.phase ?? update.data.state
      if (update.event === 'progress') {
        progress = update.data
        phase = update.data.phase
      }
      if (update.event === 'metrics' && 'train/loss' in update.data.values)
        loss = update.data.values['train/loss']
      draw()
    },
    /** Leaves the last state of the bar standing. */
    end() {
      if (drawn) screen.write('\n')
    }
  }
}
