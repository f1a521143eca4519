export { PartitionSession, type PartitionSessionOptions } from './partition-session.js';
