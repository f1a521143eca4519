export { ACTIONS_TOPIC, stateOf, type DeadLetterAction } from './actions/index.js';
export { DeadLetterBrowser, type ShownDeadLetter } from './dead-letter-browser.js';
export { DeadLetterRefusedError, TakenOverError } from './dead-letter.errors.js';
export { placeOf, type DeadLetter } from './dead-letter.js';
export { DeadLettersModule } from './dead-letters.module.js';
export { DIALECTS } from './dialects/index.js';
export {
  DeadLetterJobs,
  REDRIVE_HEADERS,
  redriveTopic,
  redriveTopicOf,
  type DiscardOrder,
  type JobProgress,
  type JobResult,
  type Plan,
  type RedriveOrder,
  type RedriveRules,
} from './redrive/index.js';
export { selectsEverything, type Selection } from './selection.policy.js';
export type { FailureGroup, Summary } from './summary.js';
