/** The contract of training, one idea a file: what is asked for, the job, its course, its curves, logs and files. */
export * from './training-architecture.ts'
export * from './training-artifact.ts'
export * from './training-job.ts'
export * from './training-logs.ts'
export * from './training-losses.ts'
export * from './training-progress.ts'
export * from './training-series.ts'
export * from './training-spec.ts'
