export { DEAD_LETTER_HEADERS, type DeadLetterHeader } from './dead-letter-headers.js';
export { DeadLetterInterceptor } from './dead-letter.interceptor.js';
export { DeadLetterTopics } from './dead-letter-topics.js';
export { DependencyWatch, type DependencyStatus } from './dependency-watch.js';
export { FailureRouter } from './failure-router.js';
export { DependencyWatchModule, FailuresModule } from './failures.module.js';
export { RetryInterceptor } from './retry.interceptor.js';
