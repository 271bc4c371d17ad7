/** What a file of a job is, for somebody who sees its name for the first time. */
export function whatIs(name: string): string {
  switch (name) {
    case 'model.pt':
      return 'The trained model: weights, columns and preparation of the data. Load it with predict.py.'
    case 'predict.py':
      return 'Predicts from a CSV or JSON file with model.pt. Needs Python with torch, and nothing of this platform.'
    case 'predictions.csv':
      return 'What the model says of each test row, beside the truth.'
    case 'model.safetensors':
      return 'The weights alone, for programs that open no .pt file; what they are is in its header.'
    case 'model.onnx':
      return 'The network for ONNX runtimes, from prepared inputs to answers; predict.py prepares them.'
    case 'model.zip':
      return 'All of these files in one.'
    case 'metrics.json':
      return 'All scores: by epoch, on the test rows, and of the baseline.'
    case 'model_card.md':
      return 'What the model is for, what it was trained on, how good it is, and its limits.'
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
