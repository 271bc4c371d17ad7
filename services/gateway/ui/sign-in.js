import { busy, call, end, start } from './session.js'

/** Where a page may send somebody after signing in: a list, so that no link leads elsewhere. */
const NEXT = ['/', '/admin/queues', '/api-docs']

const form = document.getElementById('sign-in')
const message = document.getElementById('message')
const asked = new URLSearchParams(location.search).get('next')
const next = NEXT.includes(asked) ? asked : undefined

async function openBoard() {
  await call('POST', '/api/auth/board-session')
  location.assign('/admin/queues')
}

async function welcome(user) {
  if (next === '/admin/queues' && user.role === 'admin') return openBoard()
  if (next !== undefined && next !== '/admin/queues') return location.assign(next)
  form.hidden = true
  document.getElementById('signed-in').hidden = false
  document.getElementById('board').hidden = user.role !== 'admin'
  const who = document.getElementById('who')
  who.textContent = `Signed in as ${user.email}`
  who.focus()
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const kind = event.submitter?.value ?? 'login'
  const { email, password } = Object.fromEntries(new FormData(form))
  busy(form, message, async () => welcome(await start(`/api/auth/${kind}`, { email, password })))
})
document.getElementById('open-board').addEventListener('click', openBoard)
document.getElementById('sign-out').addEventListener('click', async () => {
  await end()
  location.assign('/')
})

const config = await call('GET', '/api/config')
document.getElementById('register').hidden = config.registration !== 'open'
