// Runs in the page before its own scripts. Notes when a socket message with a step comes and when that step, or a later
// one, first stands in the text. Several messages may end in one flush; each counts with its own time.
const waiting = new Map()
globalThis.took = []
const Plain = globalThis.WebSocket
globalThis.WebSocket = class extends Plain {
  constructor(url) {
    super(url)
    this.addEventListener('message', ({ data }) => {
      const { event, data: body } = JSON.parse(data)
      if (event === 'progress') waiting.set(body.step, performance.now())
    })
  }
}
const look = () => {
  const [, shown] = /step\s*([\d,]+)/i.exec(document.querySelector('main')?.textContent ?? '') ?? []
  const step = Number(shown?.replaceAll(',', ''))
  for (const [sent, at] of waiting) {
    if (!(sent <= step)) continue
    globalThis.took.push(performance.now() - at)
    waiting.delete(sent)
  }
}
document.addEventListener('DOMContentLoaded', () =>
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
)
