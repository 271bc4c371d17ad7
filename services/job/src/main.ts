import { loadConfig } from '@trainyard/service-kit/config'
import { runService } from '@trainyard/service-kit/lifecycle'
import { createLog } from '@trainyard/service-kit/log'
import { JobConfig } from './config.ts'
import { startJobService } from './start.ts'

const config = loadConfig(JobConfig, process.env)
const log = createLog('job', config.LOG_LEVEL)
await runService('job', log, () => startJobService(config, log))
