/** A small pseudo-random generator (mulberry32), so that every run sees the same table. */
function random(seed: number) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** `x,y,colour,label`: two classes that a straight line separates but for some noise. */
export function twoClasses(rows = 200, seed = 1): string {
  const next = random(seed)
  const lines = Array.from({ length: rows }, () => {
    const x = next() * 2 - 1
    const y = next() * 2 - 1
    const colour = next() < 0.5 ? 'red' : 'blue'
    const label = x + y + (colour === 'red' ? 0.3 : 0) + (next() - 0.5) * 0.2 > 0 ? 'yes' : 'no'
    return `${x.toFixed(4)},${y.toFixed(4)},${colour},${label}`
  })
  return `x,y,colour,label\n${lines.join('\n')}\n`
}

/** A job that goes on until it is stopped: many epochs, no early stopping. */
export const endless = (datasetId: string) => ({
  dataset_id: datasetId,
  target: 'label',
  model: { architecture: 'mlp', hyperparameters: {} },
  training: { epochs: 100_000, early_stopping_patience: null, seed: 7 }
})

/** A job of a second or two. */
export const brief = (datasetId: string, epochs = 5) => ({
  dataset_id: datasetId,
  target: 'label',
  model: { architecture: 'mlp' },
  training: { epochs, seed: 7 }
})
