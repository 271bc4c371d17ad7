import type { Dataset, DatasetSummary } from '@trainyard/contracts/dataset'
import type { Static } from 'typebox'
import type { DetailedDataset, ListedDataset } from './db/datasets.ts'

export function summaryOf(row: ListedDataset): Static<typeof DatasetSummary> {
  const { id, name, description, status, format, bytes, sha256, rows, error, tags, createdAt } = row
  return {
    ...{ id, name, description, status, format, bytes, sha256, rows, error, tags },
    created_at: createdAt.toISOString()
  }
}

export function datasetOf(row: DetailedDataset): Dataset {
  const { columns = [], findings = [], associations = [], target_suggestion = null } = row.profile ?? {}
  return { ...summaryOf(row), columns, findings, associations, target_suggestion }
}
