/** What must become of a record. `either`: its effect or a dead letter, as it happens. */
export type Expectation = 'effect' | 'dead-letter' | 'either';

/** A record as it stands, or once stood, in the log. Records of one key keep their order; null keeps none. */
export interface LoggedRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly expects: Expectation;
}

interface Happening {
  /** Milliseconds of the machine's monotonic clock, which all its processes share. */
  readonly at: number;
}

interface AtPlace extends Happening {
  readonly partition: number;
  readonly offset: number;
}

/** A handler started, ended or failed. `member` is the number of its process. */
export interface Execution extends AtPlace {
  readonly kind: 'start' | 'end' | 'fail';
  readonly member: number;
  readonly attempt: number;
}

/** An effect that is durable, where that is another moment than the end of the handler. */
export interface StoredEffect extends AtPlace {
  readonly kind: 'stored';
}

export interface DeadLetter extends AtPlace {
  readonly kind: 'dead-letter';
  readonly id: string;
  readonly attempts: number;
  /** Key, value and headers are those of the original. */
  readonly isUnchanged: boolean;
}

/** A dead letter was given back to its group: what becomes of its record counts anew. */
export interface Redriven extends AtPlace {
  readonly kind: 'redriven';
}

/** The record stands in a retry topic: it is done with at the source, and not by itself. */
export interface Moved extends AtPlace {
  readonly kind: 'moved';
}

/** A commit of a retry topic has told of a record that came there. */
export interface Told extends AtPlace {
  readonly kind: 'told';
}

/** The broker's log of the group's commits: everything below `offset` of the partition is done. */
export interface Commit extends AtPlace {
  readonly kind: 'commit';
  /** What it says of records above: ranges that are done too, each from its first offset up to, not including, its end. */
  readonly ahead?: readonly number[];
}

/**
 * A member ended (`killed`), stood still (`stopped`) or could not reach its group (`cut-off`) from `at` to `until`. Only
 * this excuses what it had under way from being done again.
 */
export interface Interruption extends Happening {
  readonly kind: 'killed' | 'stopped' | 'cut-off';
  readonly member: number;
  readonly until: number;
}

export type HistoryEvent =
  Execution | StoredEffect | DeadLetter | Redriven | Moved | Told | Commit | Interruption;

/** What happened, each source in the order of its times. Sources may be read again. */
export interface History {
  readonly records: Iterable<LoggedRecord>;
  readonly sources: readonly Iterable<HistoryEvent>[];
  readonly interruptions: readonly Interruption[];
  readonly settings: HistorySettings;
}

export interface HistorySettings {
  readonly commitIntervalMs: number;
  readonly sessionTimeoutMs: number;
  /** Whether an effect is the end of a handler, or a row that its transaction left. */
  readonly effects: 'ends' | 'stored';
}
