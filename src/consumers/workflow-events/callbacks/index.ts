export { CallbackRegistry } from './callback-registry.js';
export { CallbackRunner } from './callback-runner.service.js';
export { EndedRuns } from './ended-runs.callback.js';
