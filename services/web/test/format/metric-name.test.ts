import { expect, test } from 'vitest'
import { byMetric, metricName } from '../../src/format/metric-name.ts'

test('scores are named as people write them, unknown ones from their key', () => {
  const keys = [
    'validation/accuracy',
    'roc_auc',
    'train/loss',
    'r2',
    'macro_f1',
    'top_5_share',
    'constructor'
  ]
  expect(keys.map(metricName)).toEqual([
    'Accuracy',
    'ROC-AUC',
    'Loss',
    'R²',
    'Macro F1',
    'Top 5 share',
    'Constructor'
  ])
})

test('a table of scores begins with the most telling and ends with the loss', () => {
  expect(['loss', 'zzz', 'mae', 'accuracy', 'rmse', 'aaa', 'roc_auc'].toSorted(byMetric)).toEqual([
    'accuracy',
    'roc_auc',
    'rmse',
    'mae',
    'aaa',
    'zzz',
    'loss'
  ])
})
