export { BufferBudget } from './buffer-budget.js';
export { PARTITION_SHARE, shouldBePaused } from './partition-pressure.policy.js';
