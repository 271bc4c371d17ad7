import type { FinishBody } from '@trainyard/contracts/internal'
import type { TrainerEvent } from '@trainyard/contracts/trainer-events'
import type { Wish } from './control.ts'
import type { Exit } from './host-protocol.ts'

export type Result = Extract<TrainerEvent, { type: 'result' }>
/** What the worker saw of one trainer's life. */
export type Life = {
  result: Result | null
  exit: Exit
  wish: Wish | null
  /** Why the worker killed it, if it did. */
  killed: 'stop' | 'release' | 'hung' | null
  outOfMemory: boolean
  phase: string
  lastOutput: string
}
export type Verdict =
  | { kind: 'release' }
  | ({ kind: 'finish'; artifacts: string[] } & Pick<
      FinishBody,
      'outcome' | 'reason' | 'message' | 'signature' | 'metrics'
    >)

/** How the attempt ends. What the trainer said counts; without a last word the way it died does. */
export function verdictOf(life: Life): Verdict {
  const { result, exit, wish, killed } = life
  if (result) return saidVerdict(result)
  if (wish === 'stop') {
    const message =
      killed === 'stop'
        ? 'The trainer did not stop in time and was ended; its last checkpoint is kept.'
        : 'The trainer ended without a model while it was being stopped; its last checkpoint is kept.'
    return finish({ outcome: 'stopped', reason: 'user_stopped', message })
  }
  if (wish === 'release') return { kind: 'release' }
  if (life.outOfMemory) {
    const message = `The system ended the trainer because memory ran out (it held ${mebibytes(exit)}). Lower batch_size or the size of the network, or use fewer columns.`
    return finish({ outcome: 'failed', reason: 'out_of_memory', message })
  }
  const { message, signature } = death(life)
  return finish({ outcome: 'crashed', reason: null, message, signature })
}

function saidVerdict(result: Result): Verdict {
  const { outcome, reason, message, metrics, artifacts = [] } = result
  if (outcome === 'released') return { kind: 'release' }
  const said = message?.slice(0, 4_000) ?? null
  const why = outcome === 'failed' ? (reason ?? 'platform_error') : reason
  return { ...finish({ outcome, reason: why, message: said, metrics }), artifacts }
}

const finish = (said: Omit<Extract<Verdict, { kind: 'finish' }>, 'kind' | 'artifacts'>) => ({
  kind: 'finish' as const,
  artifacts: [],
  ...said
})

/** In words, and as a signature that is the same for the same death: without addresses, numbers and paths. */
function death({ exit, phase, lastOutput }: Life) {
  const during = `in the phase "${phase}"`
  if (exit.hostLost) {
    return { message: `The trainer's host process died ${during}.`, signature: 'the host died' }
  }
  if (exit.signal) {
    return {
      message: `The trainer was ended by ${exit.signal} ${during}.`,
      signature: `signal ${exit.signal}`
    }
  }
  const how = exit.code === 0 ? 'without a result' : `with code ${exit.code}`
  const last = lastOutput === '' ? '' : `: ${lastOutput.slice(0, 1_000)}`
  const signature = `exit ${exit.code} ${lastOutput.replace(/0x[0-9a-f]+|\d+|\/\S+/gi, '#')}`
    .slice(0, 500)
    .trim()
  return { message: `The trainer ended ${how} ${during}${last}`, signature }
}

const mebibytes = ({ maxRssBytes }: Exit) =>
  maxRssBytes === null ? 'an unknown amount' : `${Math.round(maxRssBytes / 2 ** 20)} MiB`
