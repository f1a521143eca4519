import type { RecordOrigin } from '../../../record/index.js';
import type { RunEvent } from '../domain/index.js';

/** An event with the record that it came in. */
export interface ReceivedEvent {
  readonly event: RunEvent;
  /** The record's value, byte for byte. */
  readonly bytes: Buffer;
  readonly origin: RecordOrigin;
}

/** `known`: it was stored before. `conflict`: another value was stored under its id. */
export type Stored = 'stored' | 'known' | 'conflict';

/** Where events and the states of their runs are kept. */
export abstract class EventRepository {
  /**
   * Stores the event and folds it into the state of its run, both or neither. An event that is known, or in conflict
   * with a known one, changes nothing. So the same events end in the same states, in whatever order, however often and
   * however many at a time they come. Rejects with `ContractViolationError` when its data cannot be stored.
   */
  abstract store(received: ReceivedEvent): Promise<Stored>;
}
