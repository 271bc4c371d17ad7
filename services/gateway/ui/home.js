const put = (id, text) => {
  document.getElementById(id).textContent = text
}
const get = async (path) => (await fetch(path)).json()

const REGISTRATION = { open: 'open', invite: 'by invitation', closed: 'closed' }

async function state() {
  const response = await fetch('/readyz')
  if (response.ok) return 'ready'
  return (await response.json()).error.message
}

put('state', await state().catch(() => 'does not answer'))
const config = await get('/api/config')
put('version', config.version)
put('registration', REGISTRATION[config.registration])
put('upload', `${Math.floor(config.upload_limit_bytes / 1_048_576)} MiB`)
const { needed } = await get('/api/auth/setup')
document.getElementById('setup').hidden = needed !== true
