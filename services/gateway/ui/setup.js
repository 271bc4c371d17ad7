import { busy, start } from './session.js'

const form = document.getElementById('form')
const message = document.getElementById('message')

// The token comes behind the #, which no server sees; it leaves the address so that it stays in no history.
const token = new URLSearchParams(location.hash.slice(1)).get('token')
if (token) {
  document.getElementById('token').value = token
  history.replaceState(null, '', location.pathname)
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const { name, ...fields } = Object.fromEntries(new FormData(form))
  busy(form, message, async () => {
    const user = await start('/api/auth/setup', name ? { ...fields, name } : fields)
    message.textContent = `${user.email} is the administrator.`
    document.getElementById('done').hidden = false
  })
})
