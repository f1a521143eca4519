import type { AuditedRecord } from '../domain/index.js';

/** Where records are kept for good. */
export abstract class AuditLog {
  /**
   * Appends the record to the chain of its source partition, in one transaction with whatever else the caller's does.
   * Resolves with false when the log has a record of that place and timestamp already; then nothing is written.
   */
  abstract append(record: AuditedRecord): Promise<boolean>;
}
