import type { DatasetStatus } from '@trainyard/contracts/dataset'
import { type DatasetUpdate, workspaceChannel } from '@trainyard/contracts/live'
import type { Logger } from '@trainyard/service-kit/log'
import type { Redis } from 'ioredis'

export type Tell = (workspaceId: string, datasetId: string, status: DatasetStatus | 'deleted') => void

/**
 * Tells a workspace's open pages of a change, after its commit. Not waited for, and lost while Redis is away: the row
 * decides, and pages fetch the list when they connect.
 */
export const createTell =
  (redis: Redis, log: Logger): Tell =>
  (workspaceId, datasetId, status) => {
    const message: DatasetUpdate = {
      type: 'dataset_update',
      dataset_id: datasetId,
      ts: new Date().toISOString(),
      status
    }
    redis
      .publish(workspaceChannel(workspaceId), JSON.stringify(message))
      .catch((err: unknown) =>
        log.debug({ err, dataset_id: datasetId }, 'nobody was told of a dataset change')
      )
  }
