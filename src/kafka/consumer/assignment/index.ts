export type { SourceOf } from './assignment-unit.js';
export { decodeClaim, encodeClaim } from './claim-codec.js';
export type { Claim } from './claim.js';
export { assignCooperatively } from './cooperative-sticky.js';
export { Lease } from './lease.js';
export { PartitionTable, type Reassignment } from './partition-table.js';
export { assignRoundRobin } from './round-robin.js';
