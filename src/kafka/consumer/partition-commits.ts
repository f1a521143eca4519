import type { ProspectiveCommit } from '../ports/index.js';
import {
  encodeCompletedAhead,
  joinRanges,
  tellCompletedAhead,
  type InheritedSettlements,
  type PartitionLedger,
} from './offsets/index.js';

/** What a commit tells of one partition at one moment. */
export interface CommitState {
  readonly nextOffset: number;
  /** The records settled ahead of it, encoded; empty when there are none. */
  readonly metadata: string;
  readonly aheadVersion: number;
}

/** What one partition's commits tell, and what the broker has of it. */
export class PartitionCommits {
  /** What the broker has accepted from us. */
  committed: CommitState | undefined;
  private encoded: CommitState | undefined;

  /** `name`: `topic-partition`. */
  constructor(
    private readonly name: string,
    private readonly ledger: PartitionLedger,
    private readonly inherited: InheritedSettlements,
  ) {}

  /** Whether a commit would tell the broker something new, the records settled ahead included. */
  get isDue(): boolean {
    const { nextOffset, aheadVersion } = this.ledger;
    if (nextOffset === undefined) return false;
    const { committed } = this;
    return nextOffset !== committed?.nextOffset || aheadVersion !== committed.aheadVersion;
  }

  /** What a commit tells now; encoded once for each change. Undefined before anything was read. */
  state(): CommitState | undefined {
    const { nextOffset, aheadVersion } = this.ledger;
    if (nextOffset === undefined) return undefined;
    const { encoded } = this;
    if (encoded?.nextOffset === nextOffset && encoded.aheadVersion === aheadVersion) return encoded;
    const place = { partition: this.name, base: nextOffset };
    // What was inherited and not read yet is told again: a crash before it is read must not forget it.
    const settled = joinRanges(this.ledger.settledAhead(), this.inherited.remaining);
    const metadata = encodeCompletedAhead(place, settled);
    return (this.encoded = { nextOffset, metadata, aheadVersion });
  }

  /** The same if those records were settled too. */
  stateWith(sequences: ReadonlySet<number>): ProspectiveCommit | undefined {
    const { nextOffset, settledAhead } = this.ledger.stateWith(sequences);
    if (nextOffset === undefined) return undefined;
    const settled = joinRanges(settledAhead, this.inherited.remaining);
    const told = tellCompletedAhead({ partition: this.name, base: nextOffset }, settled);
    return { nextOffset, ...told };
  }

  /** The broker has that, which is what stands here now. */
  accepted({ nextOffset, metadata }: Pick<CommitState, 'nextOffset' | 'metadata'>): void {
    this.committed = { nextOffset, metadata, aheadVersion: this.ledger.aheadVersion };
    this.encoded = this.committed;
  }

  /**
   * The size of what the last commit told of records settled ahead, as far as it came from here: to read on through
   * what was inherited does not make it grow.
   */
  get aheadBytes(): number {
    return this.inherited.isEmpty ? (this.encoded?.metadata.length ?? 0) : 0;
  }
}
