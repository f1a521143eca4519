import type { AuditedRecord } from '../domain/index.js';

/** Where records are kept for good. */
export abstract class AuditLog {
  /**
   * Appends the records, in their order, to the chains of their source partitions: all of them or, when it rejects, none,
   * in one transaction with whatever else the caller's does. One whose place and timestamp the log has is left out.
   */
  abstract append(records: readonly AuditedRecord[]): Promise<void>;
}
