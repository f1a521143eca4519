export { flushSessions } from './flush-sessions.js';
export { PartitionSessions } from './partition-sessions.js';
export { TransactedRecord } from './transacted-record.js';
