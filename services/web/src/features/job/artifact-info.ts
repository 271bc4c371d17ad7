/** What a file of a job is, for somebody who sees its name for the first time. */
export function whatIs(name: string): string {
  switch (name) {
    case 'model.pt':
      return 'The trained model: weights, columns and preparation of the data. Load it with predict.py.'
    case 'predict.py':
      return 'Predicts from a CSV file with model.pt. Needs Python with torch, and nothing of this platform.'
    case 'metrics.json':
      return 'All scores: by epoch, on the test rows, and of the baseline.'
    case 'model_card.md':
      return 'What the model is for, what it was trained on, how good it is, and its limits.'
    case 'requirements.txt':
      return 'The Python packages that predict.py needs.'
    case 'config.json':
      return 'The settings as they were used, defaults included.'
    default:
      return extension(name)
  }
}

function extension(name: string): string {
  if (name.endsWith('.csv')) return 'A table.'
  if (name.endsWith('.json')) return 'Structured data.'
  if (name.endsWith('.py')) return 'A Python program.'
  if (name.endsWith('.md') || name.endsWith('.txt')) return 'Text.'
  return 'A file that the trainer wrote.'
}
