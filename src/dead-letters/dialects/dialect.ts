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
}
