/** A small table that can be learned: two numbers and the class they decide. */
export function table(rows: number, seed = 1) {
  let state = seed
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  const lines = ['a,b,kind']
  for (let i = 0; i < rows; i++) {
    const a = next() * 4 - 2
    const b = next() * 4 - 2
    lines.push(`${a.toFixed(4)},${b.toFixed(4)},${a + b > 0 ? 'up' : 'down'}`)
  }
  return `${lines.join('\n')}\n`
}

export const spec = (epochs: number, seed = 7) => ({
  task: 'classification' as const,
  target: 'kind',
  model: { architecture: 'mlp', hyperparameters: {} },
  training: { epochs, seed, early_stopping_patience: null }
})
