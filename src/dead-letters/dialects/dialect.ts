/** What headers tell about a failure. Everything may be missing, and none of it is believed beyond showing it. */
export interface Diagnosis {
  readonly reason?: string;
  readonly errorClass?: string;
  readonly errorMessage?: string;
  readonly errorStack?: string;
  readonly originalTopic?: string;
  readonly originalPartition?: number;
  readonly originalOffset?: number;
  /** Epoch milliseconds. */
  readonly originalTimestamp?: number;
  readonly consumerGroup?: string;
  readonly handler?: string;
  readonly attempts?: number;
  readonly firstFailedAt?: string;
  readonly failedAt?: string;
}

export type NumberField = 'originalPartition' | 'originalOffset' | 'originalTimestamp' | 'attempts';
export type TextField = Exclude<keyof Diagnosis, NumberField>;

/** The names of one library's headers. Of several names for one thing the first that is there counts. */
export interface Dialect {
  readonly name: string;
  /** A record with one of these headers is of this dialect. */
  readonly recognisedBy: readonly string[];
  readonly texts: Readonly<Partial<Record<TextField, readonly string[]>>>;
  readonly numbers: Readonly<Partial<Record<NumberField, readonly string[]>>>;
  /** How whole numbers are written: as digits, or as the bytes of a signed big-endian integer. */
  readonly numberForm: 'digits' | 'bytes';
  /** Where the latest of a repeated header stands: libraries add theirs behind what the record had, or in front of it. */
  readonly latest: 'last' | 'first';
  /** What the earliest of a repeated header tells instead: a place before that of the retry topics. */
  readonly fromEarliest?: readonly (TextField | NumberField)[];
  /** Added to the count of attempts, where the library counts something else. */
  readonly attemptsAhead?: number;
  /** The dead letter has its record's own timestamp, and nothing tells the time of the failure. */
  readonly keepsTimestamp?: boolean;
  /** What the library itself acts on when the record comes again, as if it had never left. A redrive leaves it out. */
  readonly actedOn: readonly string[];
}
