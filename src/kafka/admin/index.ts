export { LagMonitor, type LagReport, type PartitionLag } from './lag-monitor.js';
export { TopicGuard } from './topic-guard.js';
export { TopicPlanner, type PlannedTopic, type WantedTopic } from './topic-planner.js';
