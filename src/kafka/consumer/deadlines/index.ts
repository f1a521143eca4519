export { AttemptClock } from './attempt-clock.js';
export { DeadlineWatch, type WatchedDelivery } from './deadline-watch.js';
export { GivingUp } from './giving-up.js';
export { DEFAULT_HANDLER_TIMEOUT_MS, HeadBlockedGrace } from './head-blocked-grace.js';
export {
  scanIntervalMs,
  type HandlerDeadline,
  type HeadBlockedPolicy,
} from './handler-deadline.policy.js';
export { HeldLanes } from './held-lanes.js';
