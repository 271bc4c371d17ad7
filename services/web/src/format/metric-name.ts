/** Scores as people write them; what is not here is spelled from its key. */
const NAMES: Record<string, string> = {
  loss: 'Loss',
  accuracy: 'Accuracy',
  balanced_accuracy: 'Balanced accuracy',
  macro_f1: 'Macro F1',
  f1: 'F1',
  roc_auc: 'ROC-AUC',
  log_loss: 'Log-loss',
  calibration_error: 'Calibration error',
  ece: 'Calibration error',
  rmse: 'RMSE',
  mse: 'MSE',
  mae: 'MAE',
  r2: 'R²'
}
/** The order of a table of scores: the most telling first, the loss last. Unknown ones stand before the loss. */
const ORDER = [
  'accuracy',
  'balanced_accuracy',
  'macro_f1',
  'roc_auc',
  'r2',
  'rmse',
  'mae',
  'log_loss',
  'calibration_error'
]

const bare = (key: string) => key.slice(key.lastIndexOf('/') + 1)

/** `validation/roc_auc` → `ROC-AUC`; the part before the slash is left to whoever shows the name. */
export function metricName(key: string): string {
  const name = bare(key)
  if (Object.hasOwn(NAMES, name)) return NAMES[name] ?? name
  const words = name.replaceAll('_', ' ')
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** `validation/roc_auc` → `ROC-AUC, validation`, where curves of both parts stand in one list. */
export function curveName(key: string): string {
  const part = key.slice(0, Math.max(0, key.lastIndexOf('/')))
  return part ? `${metricName(key)}, ${part}` : metricName(key)
}

/** As in the middle of a sentence: `accuracy`, `macro F1`, and still `ROC-AUC`. */
export function metricWords(key: string): string {
  const name = metricName(key)
  const isWord = /^[A-Z][a-z]/.test(name)
  return isWord ? name.slice(0, 1).toLowerCase() + name.slice(1) : name
}

/** Compares two keys of scores, for `toSorted`. */
export function byMetric(a: string, b: string): number {
  return rank(bare(a)) - rank(bare(b)) || a.localeCompare(b)
}

function rank(name: string): number {
  const place = ORDER.indexOf(name)
  if (place >= 0) return place
  return name === 'loss' ? ORDER.length + 1 : ORDER.length
}
