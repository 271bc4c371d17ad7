import { loadConfig } from '@trainyard/service-kit/config'
import { runService } from '@trainyard/service-kit/lifecycle'
import { createLog } from '@trainyard/service-kit/log'
import { JobConfig } from './config.ts'
import { startJobService } from './start.ts'

const log = createLog('job', process.env.LOG_LEVEL || 'info')

await runService('job', log, () => startJobService(loadConfig(JobConfig, process.env), log))
