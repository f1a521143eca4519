export {
  EMPTY_CHAIN,
  type AuditedHeader,
  type AuditedRecord,
  type AuditEntry,
  type ChainHead,
  type StoredEntry,
} from './audited-record.js';
export { ChainWalk, type ChainFault, type ChainFinding } from './chain-walk.js';
export { hashOf } from './entry-hash.js';
export { OffsetGaps, unknownIn, type OffsetSpan } from './offset-gaps.js';
