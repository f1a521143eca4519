export { companionsOf } from './companion-topics.js';
export { cooperativeStrategy } from './cooperative-strategy.js';
export { Lease } from './lease.js';
export { PartitionTable, type Reassignment } from './partition-table.js';
export { Revocations } from './revocations.js';
