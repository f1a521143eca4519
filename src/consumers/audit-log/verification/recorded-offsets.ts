import type { PartitionOffsets, TopicReaderClient } from '../../../kafka/index.js';
import { OffsetGaps, unknownIn, type OffsetSpan } from '../domain/index.js';
import type { AuditLogReader, ChainName } from '../persistence/index.js';
import type { AuditReport } from './audit-report.js';

/** Gaps that are no further apart are read together. */
const NEAR_OFFSETS = 500;
const GAPS_AT_ONCE = 1_000;

export interface RecordedOffsetsOptions {
  readonly chain: ChainName;
  /** What the group has committed: the next offset it will handle. */
  readonly committed: number;
  /** Of the partition's log; undefined when its topic does not exist. */
  readonly bounds: PartitionOffsets | undefined;
  /** Offsets that are settled without an entry, ascending. */
  readonly elsewhere: readonly number[];
  readonly log: AuditLogReader;
  readonly reader: TopicReaderClient;
  readonly report: AuditReport;
}

/**
 * Looks for committed offsets that neither stand in the chain nor are explained. What is left is looked up in the topic:
 * a transaction's marker, an aborted or a compacted record is not there, and a record that is there should be in the
 * log. Where the topic no longer reaches back, nothing can be said, and that is said.
 */
export class RecordedOffsets {
  private pending: OffsetSpan[] = [];
  private uncheckedOffsets = 0;
  private uncheckedFirst = 0;
  private uncheckedLast = 0;

  constructor(private readonly options: RecordedOffsetsOptions) {}

  async check(): Promise<void> {
    const { chain, committed, log, report } = this.options;
    const gaps = new OffsetGaps(0, committed);
    for await (const page of log.offsets(chain, committed)) {
      for (const offset of page) await this.consider(gaps.take(offset));
    }
    await this.consider(gaps.finish());
    await this.readPending();
    if (this.uncheckedOffsets === 0) return;
    const [first, last] = [this.uncheckedFirst, this.uncheckedLast];
    report.unchecked.push({ ...chain, offsets: this.uncheckedOffsets, first, last });
  }

  private async consider(gap: OffsetSpan | undefined): Promise<void> {
    if (gap === undefined) return;
    for (const span of unknownIn(gap, this.options.elsewhere)) {
      const readable = this.readablePartOf(span);
      if (readable === undefined) continue;
      const last = this.pending.at(-1);
      const isFar = last !== undefined && readable.from - last.to > NEAR_OFFSETS;
      if (isFar || this.pending.length >= GAPS_AT_ONCE) await this.readPending();
      this.pending.push(readable);
    }
  }

  /** Notes what the topic does not have any more, and gives what it has. */
  private readablePartOf({ from, to }: OffsetSpan): OffsetSpan | undefined {
    const { start, end } = this.options.bounds ?? { start: Infinity, end: Infinity };
    const readable = { from: Math.max(from, start), to: Math.min(to, end) };
    if (readable.from >= readable.to) {
      this.noteUnchecked({ from, to });
      return undefined;
    }
    this.noteUnchecked({ from, to: readable.from });
    this.noteUnchecked({ from: readable.to, to });
    return readable;
  }

  private noteUnchecked({ from, to }: OffsetSpan): void {
    if (from >= to) return;
    if (this.uncheckedOffsets === 0) this.uncheckedFirst = from;
    this.uncheckedOffsets += to - from;
    this.uncheckedLast = to - 1;
  }

  private async readPending(): Promise<void> {
    const { chain, reader, report } = this.options;
    const spans = this.pending;
    if (spans.length === 0) return;
    this.pending = [];
    const range = { ...chain, from: spans[0]!.from, to: spans.at(-1)!.to };
    let index = 0;
    for await (const records of reader.read(range)) {
      for (const { offset } of records) {
        while (spans[index]!.to <= offset) index += 1;
        if (offset < spans[index]!.from) continue;
        const detail = 'committed, and neither in the log nor a dead letter';
        report.find({ ...chain, kind: 'not recorded', offset: BigInt(offset), detail });
      }
    }
  }
}
