export { verifyZone, type VerifyOrder } from './verify-zone.js';
export { isWhole, type PartitionAudit } from './partition-audit.js';
