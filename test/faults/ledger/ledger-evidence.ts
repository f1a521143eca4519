/** What must become of a record of the input. */
export type Outcome = 'entry' | 'dead-letter';

/** A record as it stands in the input's log. Records of one key keep their order. */
export interface Input {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** Its own id, which its entry must have; undefined for what nobody can read. */
  readonly id?: string;
  readonly expects: Outcome;
  /** How many entries it gives; 1 when nothing is said. */
  readonly parts?: number;
}

/** A record of an output as a reader of committed records was given it. */
export interface Output {
  readonly kind: Outcome;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly id?: string;
  /** Which of its record's entries it is, from 0. */
  readonly part?: number;
  /** The place of the input that it was made of. */
  readonly source: { readonly partition: number; readonly offset: number };
}

/** How far readers of committed records may read, and where the log ends. */
export interface End {
  readonly topic: string;
  readonly partition: number;
  readonly lastStable: number;
  readonly end: number;
}

/** What is left of a run once it has settled. Outputs stand in the order in which their reader was given them. */
export interface LedgerEvidence {
  readonly inputs: readonly Input[];
  /** By a reader that was there all the time. */
  readonly during: readonly Output[];
  /** By one that came when all was over. */
  readonly after: readonly Output[];
  readonly ends: readonly End[];
  /** Records of the input that the group has not committed. */
  readonly lag: number;
}
