export { DeadLetterJobs, type DiscardOrder, type RedriveOrder } from './dead-letter-jobs.js';
export type { JobProgress, JobResult } from './job.js';
export type { Plan } from './plan.js';
export { redriveTopic } from './redrive-topic.js';
export { REDRIVE_HEADERS, redriveTopicOf } from './redriven-record.js';
export type { RedriveRules } from './targets.js';
