/** The access token lives in this page's memory alone; the refresh token in a cookie that no script reads. */
let token

/** A reply's body, or an Error whose `details` name the fields at fault. */
export async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: {
      'x-trainyard-client': 'web',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` })
    },
    body: body === undefined ? undefined : JSON.stringify(body)
  })
  const text = await response.text()
  const reply = text === '' ? undefined : JSON.parse(text)
  if (response.ok) return reply
  throw Object.assign(new Error(reply?.error?.message ?? `The server answered ${response.status}.`), {
    status: response.status,
    details: reply?.error?.details ?? []
  })
}

/** Signs in by login, register or set-up. Gives the user. */
export async function start(path, body) {
  token = undefined
  const session = await call('POST', path, body)
  token = session.token
  return session.user
}

export async function end() {
  await call('POST', '/api/auth/logout')
  token = undefined
}

/** Says under a form what happened, and marks the fields that it is about. */
export function show(form, message, error) {
  for (const field of form.elements) if (field.name) field.removeAttribute('aria-invalid')
  if (!error) {
    message.dataset.kind = 'good'
    return
  }
  const lines = error.details?.map(({ pointer, message: text }) => {
    const field = form.elements.namedItem(pointer.slice(1))
    field?.setAttribute('aria-invalid', 'true')
    return `${pointer.slice(1)} ${text}`
  })
  message.dataset.kind = 'bad'
  message.textContent = lines?.length ? `${lines.join('; ')}.` : error.message
  form.querySelector('[aria-invalid="true"]')?.focus()
}

/** While `work` runs the form's buttons cannot be pressed again. */
export async function busy(form, message, work) {
  const buttons = [...form.querySelectorAll('button')]
  for (const button of buttons) button.disabled = true
  message.textContent = ''
  try {
    await work()
    show(form, message)
  } catch (error) {
    show(form, message, error)
  } finally {
    for (const button of buttons) button.disabled = false
  }
}
