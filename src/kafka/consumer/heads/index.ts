export { overdueRecord, type BlockedRecord } from './blocked-record.js';
export { HeadWatch, type WatchedPartition } from './head-watch.js';
