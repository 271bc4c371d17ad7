import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient } from '@trainyard/client/client'
import { isTerminal } from '@trainyard/contracts/training'
import { projectRoot, pythonBinary } from '@trainyard/stack/paths'
import { sharedStack } from '@trainyard/stack/shared-stack'
import t from 'tap'
import { gap } from '../src/live-log.ts'
import { twoClasses } from '../src/tables.ts'

const run = promisify(execFile)
const { url, setupUrl } = await sharedStack(t)

t.test('sign in, upload, train, watch, download, and predict without the platform', async (t) => {
  const client = createClient({ baseUrl: url })
  const user = await client.auth.register({
    email: `story-${process.pid}@example.org`,
    password: 'a story of two classes'
  })
  t.equal((await client.auth.me()).id, user.id)
  const { id } = await client.datasets.upload(new Blob([twoClasses(400)]), { filename: 'points.csv' })
  const dataset = await client.datasets.waitUntilReady(id)
  t.same(
    dataset.columns.map(({ name, type }) => [name, type]),
    [
      ['x', 'number'],
      ['y', 'number'],
      ['colour', 'category'],
      ['label', 'category']
    ]
  )

  const job = await client.training.create({
    dataset_id: id,
    target: 'label',
    model: { architecture: 'mlp' },
    training: { epochs: 30, seed: 3 }
  })
  const live = client.live()
  const updates = []
  for await (const update of live.watchJob(job.id)) updates.push(update)
  live.close()
  t.equal(gap(updates), undefined)
  t.ok(updates.some(({ event }) => event === 'progress') && updates.some(({ event }) => event === 'metrics'))
  const done = await client.training.get(job.id)
  t.ok(isTerminal(done.state))
  t.equal(done.state, 'succeeded', done.message ?? '')
  const accuracy = Number(done.metrics.test?.accuracy)
  t.ok(
    accuracy > Number(done.metrics.baseline?.accuracy) + 0.2,
    `${accuracy} beside ${done.metrics.baseline?.accuracy}`
  )
  const phases = done.timeline.map(({ phase }) => phase)
  for (const phase of [
    'queued',
    'claiming',
    'loading',
    'first_step',
    'training',
    'evaluating',
    'uploading'
  ]) {
    t.ok(phases.includes(phase as (typeof phases)[number]), phase)
  }

  const folder = await mkdtemp(join(tmpdir(), 'trainyard story '))
  t.teardown(() => rm(folder, { recursive: true }))
  const names = (await client.training.artifacts(job.id)).map(({ name }) => name)
  t.same(names.sort(), [
    'metrics.json',
    'model.onnx',
    'model.pt',
    'model.safetensors',
    'model.zip',
    'model_card.md',
    'predict.py',
    'predictions.csv'
  ])
  for (const name of names) {
    await writeFile(
      join(folder, name),
      await (await client.training.download(job.id, { artifact: name })).all()
    )
  }
  t.same(
    await readFile(join(folder, 'model.pt')),
    Buffer.from(await (await client.training.download(job.id)).all())
  )
  const tested = (await readFile(join(folder, 'predictions.csv'), 'utf8')).trimEnd().split('\r\n')
  t.match(tested[0], /^row,truth,prediction,probability of no,probability of yes$/)
  const right = tested.slice(1).filter((line) => line.split(',')[1] === line.split(',')[2])
  t.ok(Math.abs(right.length / (tested.length - 1) - accuracy) < 1e-6, 'the score is the score of these rows')
  const rows = [
    { x: 0.9, y: 0.8, colour: 'red' },
    { x: -0.9, y: '-0.8', colour: 'blue' },
    { x: '', y: 0.9, colour: 'green' }
  ]
  await writeFile(join(folder, 'rows.json'), JSON.stringify(rows))
  // -I: neither this project nor anything of the user's is on Python's path.
  const { stdout } = await run(pythonBinary, [
    '-I',
    join(folder, 'predict.py'),
    join(folder, 'model.pt'),
    join(folder, 'rows.json')
  ])
  t.match(stdout, /yes[\s\S]*no/)
})

t.test('the first administrator is made once, by the printed link, and reaches the dashboard', async (t) => {
  const token = new URL(setupUrl ?? '').hash.slice('#token='.length)
  const admin = createClient({ baseUrl: url })
  t.match(await admin.auth.entry(), { needed: true })
  const person = { email: `admin-${process.pid}@example.org`, password: 'the first of many' }
  await t.rejects(admin.auth.setup({ token: 'guess', ...person }), { code: 'SETUP_TOKEN_INVALID' })
  t.equal((await admin.auth.setup({ token, ...person })).role, 'admin')
  await t.rejects(
    createClient({ baseUrl: url }).auth.setup({ token, email: 'b@example.org', password: person.password }),
    {
      code: 'SETUP_DONE'
    }
  )
  const login = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person)
  })
  const { token: access } = JSON.parse(await login.text())
  const session = await fetch(`${url}/api/auth/board-session`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access}` }
  })
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? ''
  t.match(
    session.headers.get('set-cookie'),
    /ty_board=.*HttpOnly.*SameSite=Strict|ty_board=.*SameSite=Strict.*HttpOnly/i
  )
  const board = await fetch(`${url}/admin/queues`, { headers: { cookie }, redirect: 'follow' })
  t.equal(board.status, 200)
  t.match(await board.text(), /<html/i)
  const anonymous = await fetch(`${url}/admin/queues`, {
    headers: { accept: 'text/html' },
    redirect: 'manual'
  })
  t.match(anonymous.headers.get('location'), /sign-in/)
  const member = createClient({ baseUrl: url })
  await member.auth.register({ email: `member-${process.pid}@example.org`, password: 'not an administrator' })
  await t.rejects(member.auth.boardSession(), { code: 'FORBIDDEN' })
})

t.test('npm run demo tells the story by itself, and ends with the reason when it cannot', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard demo '))
  t.teardown(() => rm(folder, { recursive: true }))
  const demo = (...args: string[]) =>
    run(process.execPath, [join(projectRoot, 'packages/demo/src/main.ts'), ...args], {
      cwd: projectRoot,
      timeout: 240_000
    })
  const { stdout } = await demo()
  for (const part of [
    /Species/,
    /epoch/i,
    /\d\.\d{6}/,
    /accuracy/i,
    /majority/i,
    /Adelie|Gentoo|Chinstrap/,
    /http:\/\/127\.0\.0\.1:\d+/
  ]) {
    t.match(stdout, part)
  }
  const reason = (...args: string[]) => demo(...args).catch((err: unknown) => err)
  const none = join(folder, 'none.csv')
  t.match(await reason('--file', none, '--target', 'label'), { code: 1, stderr: none })
  if (process.env.TEST_FULL !== '1') return
  await writeFile(join(folder, 'mine.csv'), twoClasses(60))
  t.match(await reason('--file', join(folder, 'mine.csv'), '--target', 'lable'), { code: 1, stderr: /lable/ })
})
