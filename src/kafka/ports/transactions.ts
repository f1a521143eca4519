import type { Outbox, Publication } from '../../record/index.js';

/** One record's part of a transaction: what it publishes, and its offset. */
export interface TransactionEntry {
  /** In the partition's ledger. */
  readonly sequence: number;
  readonly offset: number;
  /** Those of one lane are committed in the order in which they were submitted; null for one that waits for nobody. */
  readonly laneKey: string | null;
  readonly publications: readonly Publication[];
  /** The transaction that has it is committed. */
  settled(): void;
  /**
   * None of the forms of a publication is taken for its size. Resolves with true when `publications` have become what is
   * published instead, with false when nothing can be.
   */
  refused(error: Error): Promise<boolean>;
}

/** What a commit would tell if some records more were settled. */
export interface ProspectiveCommit {
  readonly nextOffset: number;
  readonly metadata: string;
  /** False when not all that is settled ahead finds room in the metadata. */
  readonly isComplete: boolean;
}

/** A partition as its session sees it. */
export interface TransactedPartition {
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  /** Whether there is anything to commit beside what is submitted. */
  readonly isCommitDue: boolean;
  /** What a commit would tell if those entries were settled. Undefined before anything was read. */
  commitWith(sequences: ReadonlySet<number>): ProspectiveCommit | undefined;
  /** The broker has that commit, and every entry of it has been told. */
  accepted(commit: ProspectiveCommit): void;
  /** Whether the group's commit is still the last one that was accepted from here. */
  isUnchanged(): Promise<boolean>;
  /** The session is over, and what was submitted is not committed or not known to be. Told once. */
  failed(error: unknown): void;
}

/** What a session waits for. */
export interface SessionWait {
  readonly dependency: string;
  readonly detail: string;
  readonly records: number;
  readonly firstOffset: number;
}

/** Commits one partition's records, in transactions, for as long as its producer lives. */
export interface TransactionSession {
  /** Submitted and not committed. */
  readonly pending: number;
  readonly waits: readonly SessionWait[];
  /**
   * Fences whoever had the partition before. When this resolves, all that was committed for it can be read, and nothing
   * can be added to it but from here. Rejects when that cannot be had now.
   */
  init(): Promise<void>;
  submit(entry: TransactionEntry): void;
  /** Undefined while there is room for more; otherwise resolves when there is, or when the session is over. */
  room(): Promise<void> | undefined;
  /** Commits what is there without waiting for more; also an offset alone. */
  hurry(): void;
  /** Begins no transaction any more, and gives the connection back. Never rejects. */
  close(): Promise<void>;
}

/** Since the start of the process. */
export interface TransactionCounts {
  committed: number;
  /** Given up, by us or by an error; what they held is committed by a later one. */
  aborted: number;
  /** Those of them that were refused because another producer had taken over. */
  fenced: number;
}

/** How the records of one handler are committed in transactions. */
export interface TransactionPlan {
  readonly counts: Readonly<TransactionCounts>;
  open(partition: TransactedPartition): TransactionSession;
  /** Puts what a handler returned into the outbox. Throws what makes its record fail when that cannot be published. */
  collect(returned: unknown, outbox: Outbox): void;
}
