export type { LedgerEntry, SourcePlace } from './ledger-entry.js';
