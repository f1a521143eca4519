export { LagMonitor, type LagReport, type PartitionLag } from './lag-monitor.js';
export { TopicGuard } from './topic-guard.js';
