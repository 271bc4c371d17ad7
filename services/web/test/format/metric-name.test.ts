import { expect, test } from 'vitest'
import { byMetric, curveName, metricName, metricWords } from '../../src/format/metric-name.ts'

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

test('a curve in a list says of which rows it is', () => {
  expect(['validation/roc_auc', 'train/loss', 'loss'].map(curveName)).toEqual([
    'ROC-AUC, validation',
    'Loss, train',
    'Loss'
  ])
})

test('inside a sentence words begin small, and abbreviations stay', () => {
  const keys = ['validation/accuracy', 'macro_f1', 'log_loss', 'roc_auc', 'r2', 'rmse']
  expect(keys.map(metricWords)).toEqual(['accuracy', 'macro F1', 'log-loss', 'ROC-AUC', 'R²', 'RMSE'])
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
