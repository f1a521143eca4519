import type { LedgerChoice } from './ledger-workload.js';

export interface Topics {
  readonly input: string;
  readonly entries: string;
  readonly deadLetters: string;
}

/** The consumer that is under test. */
export interface Subject {
  readonly name: string;
  readonly what: string;
  readonly entriesEach: number;
  /** What differs in its records from the ledger's. */
  readonly choice?: LedgerChoice;
  /** What a reader needs to do it again. */
  readonly settings: Readonly<Record<string, string>>;
  environment(place: SubjectPlace): Readonly<Record<string, string>>;
}

export interface SubjectPlace extends Topics {
  readonly group: string;
  readonly partitions: number;
}

/** The service's own consumer. */
export const LEDGER: Subject = {
  name: 'ledger',
  what: 'the service’s own consumer, an entry of each record',
  entriesEach: 1,
  settings: { LEDGER_BREAKER: '0' },
  environment: ({ input, entries, deadLetters, group }) => ({
    LEDGER_TOPIC: input,
    LEDGER_GROUP_ID: group,
    LEDGER_ENTRIES_TOPIC: entries,
    LEDGER_DEAD_LETTER_TOPIC: deadLetters,
  }),
};

/** The harness's own, for what the ledger does not do: several entries of a record, retries of what fails for a while. */
export const TRANSFERS: Subject = {
  name: 'transfers',
  what: 'three entries of each record, in three partitions; some fail and are tried again, or given up',
  entriesEach: 3,
  choice: {
    records: 30_000,
    kinds: { ok: 92, 'fail-1': 3, 'fail-always': 1, reject: 2, 'poison-truncated': 2 },
  },
  settings: {
    ...{ TRANSFERS_BREAKER: '0', TRANSFERS_RETRY_BACKOFF: '50ms' },
    TRANSFERS_RETRY_MAX_BACKOFF: '200ms',
  },
  environment: ({ input, entries, deadLetters, group, partitions }) => ({
    TRANSFERS_TOPIC: input,
    TRANSFERS_GROUP_ID: group,
    TRANSFERS_DEAD_LETTER_TOPIC: deadLetters,
    FAULTS_ENTRIES_TOPIC: entries,
    FAULTS_PARTITIONS: String(partitions),
  }),
};
