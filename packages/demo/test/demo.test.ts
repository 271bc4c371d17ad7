import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { JobUpdate } from '@trainyard/contracts/live'
import { t } from 'tap'
import { demoOptions } from '../src/options.ts'
import { progressView } from '../src/progress.ts'
import { jobParts, predictionLine, scoreLine, timelineTable } from '../src/report.ts'
import { sampleRows, withoutTarget } from '../src/rows.ts'

t.test('without arguments it trains on the penguins; a file needs its target', async (t) => {
  const { file, target, keep } = demoOptions([], '/')
  t.match(file, /penguins\.json$/)
  t.same({ target, keep }, { target: 'Species', keep: false })
  const folder = t.testdir({ 'my file.csv': 'a,b\n1,2\n' })
  t.match(demoOptions(['--file', 'my file.csv', '--target', 'b', '--keep'], folder), {
    file: join(folder, 'my file.csv'),
    target: 'b',
    keep: true
  })
  t.throws(() => demoOptions(['--file', 'x.csv'], folder), { message: /go together/ })
  t.throws(() => demoOptions(['--target', 'b'], folder), { message: /go together/ })
  t.throws(() => demoOptions(['--file', 'x.csv', '--target', 'b'], folder), { message: /There is no file/ })
  t.throws(() => demoOptions(['--fast'], folder), { message: /Usage: npm run demo/ })
})

t.test('what cannot be run says why in one sentence and exits 1', async (t) => {
  const main = join(import.meta.dirname, '../src/main.ts')
  const child = spawn(process.execPath, [main, '--file', 'nothing.csv', '--target', 'x'], {
    cwd: t.testdir({})
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const [code] = await once(child, 'close')
  t.equal(code, 1)
  t.match(said, /^There is no file .*nothing\.csv\.\n$/)
})

const update = (event: string, data: object) => ({ event, data }) as JobUpdate
const progress = (percent: number) =>
  update('progress', { percent, epoch: 1, epochs: 4, step: percent, steps: 100, phase: 'training' })

t.test('progress is one bar in a terminal and plain lines elsewhere', async (t) => {
  const written = { terminal: '', plain: '' }
  const view = (name: keyof typeof written, width: number | undefined) =>
    progressView({
      width: () => width,
      write(text) {
        written[name] += text
      }
    })
  for (const shown of [view('terminal', 60), view('plain', undefined)]) {
    shown.update(update('state', { state: 'queued', phase: 'queued' }))
    shown.update(update('metrics', { step: 1, epoch: 0, values: { 'train/loss': 0.5 } }))
    for (let percent = 0; percent <= 100; percent++) shown.update(progress(percent))
    shown.update(update('metrics', { step: 1, epoch: 0, values: { 'train/loss': null } }))
    shown.end()
  }
  const lines = written.plain.split('\n')
  t.equal(lines.length, 22, 'one line each five percent')
  t.equal(
    lines[10],
    `  ${'█'.repeat(12)}${'░'.repeat(12)}  50%  epoch 1/4  step 50/100  loss 0.500000  training`
  )
  const drawn = written.terminal.split('\r\u001b[2K')
  t.equal(drawn[1], '  queued …')
  t.ok(
    drawn.every((line) => line.length <= 60),
    'never wider than the terminal'
  )
  t.match(written.terminal, /\n$/)
})

t.test('the report says where time went and what the model is worth', async (t) => {
  const at = (second: number) => new Date(second * 1_000).toISOString()
  const parts = jobParts([
    { phase: 'queued', at: at(0) },
    { phase: 'first_step', at: at(1) },
    { phase: 'uploading', at: at(3) }
  ])
  t.same(parts, [
    { name: 'job: queued', ms: 1_000 },
    { name: 'job: first step', ms: 2_000 }
  ])
  t.same(timelineTable(parts, 3_500), [
    '  job: queued         1.00 s',
    '  job: first step     2.00 s',
    '  together            3.50 s'
  ])
  const scores = { test: { accuracy: 0.96154 }, baseline: { name: 'majority', accuracy: 0.4423 } }
  t.equal(scoreLine(scores), 'Test accuracy 96.2 %, majority baseline 44.2 %.')
  const regression = { test: { rmse: 1.5 }, baseline: { name: 'mean', rmse: 3 } }
  t.equal(scoreLine(regression), 'Test rmse 1.5000, mean baseline 3.0000.')
  t.match(scoreLine({ test: null, baseline: null }), /too few/)
  t.equal(
    predictionLine({ prediction: 'a', probabilities: { a: 0.75 } }, { y: 'b' }, 'y'),
    '  predicted a (75.0 %), the file says b'
  )
  t.equal(predictionLine({ prediction: 1.23456789 }, { y: 1 }, 'y'), '  predicted 1.23457, the file says 1')
})

t.test('the rows to predict have an answer, and it is not shown to the model', async (t) => {
  const folder = t.testdir({ 'a.json': JSON.stringify([1, 2, null, 4].map((y) => ({ x: y, y }))) })
  const preview = {
    columns: ['x', 'y'],
    rows: [
      [1, 'p'],
      [2, null]
    ]
  }
  t.same(
    await sampleRows(join(folder, 'a.json'), preview, 'y'),
    [1, 2, 4].map((y) => ({ x: y, y }))
  )
  t.same(await sampleRows('a.csv', preview, 'y'), [{ x: 1, y: 'p' }])
  t.same(withoutTarget({ x: 1, y: 2 }, 'y'), { x: 1 })
})
