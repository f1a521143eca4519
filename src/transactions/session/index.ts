export { PartitionSession } from './partition-session.js';
