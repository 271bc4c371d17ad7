import { runService } from '../src/lifecycle.ts'
import { createLog } from '../src/log.ts'

// A process of its own for process.test.ts: its first argument says how it behaves.
const mode = process.argv[2]
const say = (text: string) => process.stdout.write(`${text}\n`)

await runService('example', createLog('example', 'info'), async () => {
  if (mode === 'cannot-start') throw new Error('no database')
  const timer = setInterval(() => say('tick'), 1_000)
  if (mode === 'throws') {
    setTimeout(() => {
      throw new Error('nobody catches this')
    }, 50)
  }
  return {
    port: 1,
    internalPort: 2,
    stop: [
      { name: 'first', stop: () => say('stopped first') },
      {
        name: 'second',
        stop: () => {
          clearInterval(timer)
          say('stopped second')
        }
      }
    ]
  }
})
