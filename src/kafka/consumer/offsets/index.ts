export { PartitionLedger } from './partition-ledger.js';
