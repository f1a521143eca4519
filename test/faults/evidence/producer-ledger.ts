import type { RecordKind } from '../scenarios/scenario.js';
import type { Expectation } from '../checker/history.js';

/** One record as its producer knows it. */
export interface Produced {
  readonly id: string;
  readonly kind: RecordKind;
  readonly key: string;
  /** `unknown`: no answer came; the log itself tells. */
  acknowledgement: 'acknowledged' | 'unknown';
}

/** The records that were sent, by id. */
export class ProducerLedger {
  readonly records = new Map<string, Produced>();

  add(record: Produced): void {
    this.records.set(record.id, record);
  }

  get unknown(): number {
    return [...this.records.values()].filter((each) => each.acknowledgement === 'unknown').length;
  }
}

const HIGHEST_THAT_SUCCEEDS = 3;

/** What must become of a record of that kind, with three retries. */
export function expectationOf(kind: RecordKind): Expectation {
  if (kind === 'ok' || kind === 'mendable' || kind.startsWith('block-')) return 'effect';
  if (kind === 'call') return 'either';
  const failures = /^fail-(\d+)$/.exec(kind)?.[1];
  if (failures === undefined) return 'dead-letter';
  return Number(failures) <= HIGHEST_THAT_SUCCEEDS ? 'effect' : 'dead-letter';
}
