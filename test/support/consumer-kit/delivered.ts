import { headerText, type OutgoingRecord, type Outcome } from '../../../src/record/index.js';

/** The dead letter that a record became. */
export interface KitDeadLetter {
  readonly topic: string;
  readonly reason: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  /** The last of each name, as text. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What became of a record. */
export interface Delivered {
  /** What settled it; undefined when it waits for a dependency. */
  readonly outcome: Outcome['kind'] | undefined;
  /** Why, for one that was skipped. */
  readonly skippedFor: string | undefined;
  /** The dependency that it waits for. */
  readonly waitingFor: string | undefined;
  /** How often it was tried. */
  readonly attempts: number;
  /** The backoffs that lay between attempts, in milliseconds; the kit does not wait for them. */
  readonly waits: readonly number[];
  readonly deadLetter: KitDeadLetter | undefined;
  /** Everything that was published for it, dead letter and retry records included. */
  readonly published: readonly OutgoingRecord[];
}

export function deadLetterAmong(
  published: readonly OutgoingRecord[],
  outcome: Outcome | undefined,
): KitDeadLetter | undefined {
  if (outcome?.kind !== 'dead-lettered') return undefined;
  const { topic, reason } = outcome;
  const { key, value, headers } = published.findLast((record) => record.topic === topic)!;
  const names = [...new Set(headers.map(([name]) => name))];
  return {
    ...{ topic, reason, value, key: key?.toString() ?? null },
    headers: Object.fromEntries(names.map((name) => [name, headerText(headers, name) ?? ''])),
  };
}
