export { Lease } from './lease.js';
export { PartitionTable, type Reassignment } from './partition-table.js';
export { assignRoundRobin } from './round-robin.js';
