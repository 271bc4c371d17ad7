/** A choice with a sentence about each. */
type Choice = { const: string; title: string; description: string }
export const AUTO: Choice = { const: 'auto', title: 'Automatic', description: 'What fits the task.' }

export const SPLITS: Record<string, Omit<Choice, 'const'>> = {
  stratified: {
    title: 'Stratified',
    description: 'By chance, with the share of each class the same in every part.'
  },
  random: {
    title: 'Random',
    description: 'By chance. Right where rows have nothing to do with each other.'
  },
  group: {
    title: 'By group',
    description:
      'Rows with the same value of a column stay together: the score is for customers, patients or devices that were never seen.'
  },
  time: {
    title: 'By time',
    description: 'The newest rows are kept for the score, as when the model is used later.'
  }
}
export const LOSS_WORDS: Record<string, Omit<Choice, 'const'>> = {
  cross_entropy: {
    title: 'Cross-entropy',
    description: 'Rewards giving the right class a high probability.'
  },
  mse: {
    title: 'Squared error',
    description: 'Predicts the mean; large errors count much more than small ones.'
  },
  mae: {
    title: 'Absolute error',
    description: 'Predicts the median; outliers count no more than their distance.'
  },
  huber: {
    title: 'Huber',
    description: 'Squared for small errors, absolute for large ones: the mean, with less pull from outliers.'
  },
  'quantile_0.1': { title: '10 % quantile', description: 'Predicts what one row in ten lies below.' },
  'quantile_0.5': { title: 'Median', description: 'Predicts what half of the rows lie below.' },
  'quantile_0.9': { title: '90 % quantile', description: 'Predicts what nine rows in ten lie below.' }
}

export const PRECISIONS: Record<string, Omit<Choice, 'const'>> = {
  auto: { title: 'Automatic', description: 'bfloat16 for large steps on a GPU that has it, else float32.' },
  float32: { title: 'float32', description: 'Exact, and the same everywhere.' },
  bfloat16: { title: 'bfloat16', description: 'Half the memory and faster on most GPUs, with fewer digits.' }
}

export const choices = (names: readonly string[], words: Record<string, Omit<Choice, 'const'>>): Choice[] =>
  names.map((name) => ({ const: name, title: name, description: '', ...words[name] }))

/** Any other quantile, by the name that the trainer gives it. */
export const QUANTILE = {
  type: 'string',
  pattern: '^quantile_0\\.[0-9]*[1-9][0-9]*$',
  default: 'quantile_0.25',
  description: 'Write quantile_ and a share between 0 and 1, such as quantile_0.25.'
}
