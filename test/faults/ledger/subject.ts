const PLANTS = new URL('../member/plants.mjs', import.meta.url).href;

export interface Topics {
  readonly input: string;
  readonly entries: string;
  readonly deadLetters: string;
}

/** The consumer that is under test. */
export interface Subject {
  readonly name: string;
  readonly entriesEach: number;
  /** What a reader needs to do it again. */
  readonly settings: Readonly<Record<string, string>>;
  environment(topics: Topics, group: string): Readonly<Record<string, string>>;
  planted(plant: string): Readonly<Record<string, string>>;
}

/** The service's own consumer. */
export const LEDGER: Subject = {
  name: 'ledger',
  entriesEach: 1,
  settings: { LEDGER_BREAKER: '0' },
  environment: ({ input, entries, deadLetters }, group) => ({
    LEDGER_TOPIC: input,
    LEDGER_GROUP_ID: group,
    LEDGER_ENTRIES_TOPIC: entries,
    LEDGER_DEAD_LETTER_TOPIC: deadLetters,
  }),
  planted: (plant) => ({ NODE_OPTIONS: `--import=${PLANTS}`, PLANT: plant }),
};
