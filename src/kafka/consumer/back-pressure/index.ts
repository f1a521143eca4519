export { BufferBudget } from './buffer-budget.js';
export { shouldBePaused } from './partition-pressure.policy.js';
