// Runs in the page before its own scripts: the gap between each frame and the one before, in milliseconds.
globalThis.gaps = []
let last = performance.now()
const frame = (now) => {
  globalThis.gaps.push(now - last)
  last = now
  requestAnimationFrame(frame)
}
requestAnimationFrame(frame)
