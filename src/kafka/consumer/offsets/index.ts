export {
  decodeCompletedAhead,
  encodeCompletedAhead,
  METADATA_LIMIT,
  tellCompletedAhead,
} from './completed-ahead.js';
export { InheritedSettlements } from './inherited-settlements.js';
export { PartitionLedger } from './partition-ledger.js';
export { joinRanges } from './settled-ranges.js';
