import type { Execution, HistoryEvent, HistorySettings, Interruption } from './history.js';
import type { PartitionRecords, RecordTable } from './record-table.js';
import type { Rule } from './rule.js';
import { Findings, type Verdict } from './verdict.js';

/** What passes between the end of a handler and the commit that covers it, beside the interval itself. */
const COMMIT_SLACK_MS = 1_000;

interface Account {
  readonly interruption: Interruption;
  /** Under way in the member at that moment. */
  readonly inFlight: number;
  /** Done by it so shortly before, or so soon after, that their commit could not have been expected. */
  recent: number;
  /** Done by it earlier, but behind a record that was not: the commit could not pass that one. */
  readonly ahead: number;
  duplicates: number;
}

/**
 * I4: an effect happens again only because the member that had it was interrupted afterwards, and no more often than
 * what that member had under way and not yet committed. Everything else, every graceful stop included, repeats nothing.
 */
export class Duplicates implements Rule {
  private readonly findings = new Findings('I4 duplicates');
  private readonly accounts: Account[] = [];
  /** By member: when each record that it has under way was started. */
  private readonly inFlight = new Map<number, Map<string, number>>();
  private readonly committed = new Map<number, number>();
  private duplicates = 0;

  constructor(
    private readonly table: RecordTable,
    private readonly settings: HistorySettings,
  ) {}

  see(event: HistoryEvent): void {
    switch (event.kind) {
      case 'start':
        this.underWay(event.member).set(placeOf(event), event.at);
        return;
      case 'fail':
        this.underWay(event.member).delete(placeOf(event));
        return;
      case 'end':
        this.noteUncommittable(event);
        if (this.settings.effects === 'ends') this.effect(event);
        this.underWay(event.member).delete(placeOf(event));
        return;
      case 'stored':
        if ((this.table.get(event)?.effects[event.offset] ?? 0) > 0)
          this.refuse(event, 'stored twice');
        return;
      case 'commit':
        this.committed.set(event.partition, event.offset);
        return;
      case 'killed':
      case 'stopped':
      case 'cut-off':
        this.open(event);
        return;
      case 'dead-letter':
    }
  }

  verdict(): Verdict {
    let bound = 0;
    for (const { interruption, inFlight, recent, ahead, duplicates } of this.accounts) {
      const limit = inFlight + recent + ahead;
      bound += limit;
      if (duplicates <= limit) continue;
      const what = `${duplicates} effects again after ${interruption.member} was ${interruption.kind}; at most ${limit} could be (${inFlight} in flight, ${recent} not committed yet, ${ahead} behind an open one)`;
      this.findings.add({ what });
    }
    const ahead = this.accounts.reduce((sum, account) => sum + account.ahead, 0);
    return this.findings.verdict({ duplicates: this.duplicates, bound, ahead });
  }

  private effect(event: Execution): void {
    const records = this.table.get(event);
    if (records === undefined || records.effects[event.offset] === 0) return;
    const account = this.lateEnd(event) ?? this.repeatOf(records, event.offset);
    if (account === undefined) {
      const by = records.effectBy[event.offset]!;
      this.refuse(event, `an effect again, although ${by}, which had it, was not interrupted`);
      return;
    }
    account.duplicates += 1;
    this.duplicates += 1;
  }

  /** Done again because the member that had done it was interrupted afterwards. */
  private repeatOf(records: PartitionRecords, offset: number): Account | undefined {
    const by = records.effectBy[offset];
    const effectAt = records.effectAt[offset]!;
    return this.accounts.findLast(
      ({ interruption: { member, until } }) =>
        member === by && until + this.settings.sessionTimeoutMs >= effectAt,
    );
  }

  /** Ended late, by a member that was interrupted while it had the record under way. */
  private lateEnd(event: Execution): Account | undefined {
    const startedAt = this.underWay(event.member).get(placeOf(event));
    if (startedAt === undefined) return undefined;
    return this.accounts.findLast(
      ({ interruption: { member, at } }) => member === event.member && startedAt <= at,
    );
  }

  private refuse({ partition, offset }: { partition: number; offset: number }, what: string): void {
    this.duplicates += 1;
    this.findings.add({ what, partition, offset });
  }

  private open(interruption: Interruption): void {
    const { member, at } = interruption;
    const since = at - this.settings.commitIntervalMs - COMMIT_SLACK_MS;
    let recent = 0;
    let ahead = 0;
    for (const [number, records] of this.table.partitions.entries()) {
      // A partition without records leaves a hole in the array.
      if ((records as PartitionRecords | undefined) === undefined) continue;
      const unsettled = records.firstUnsettled;
      for (let offset = this.committed.get(number) ?? 0; offset < records.end; offset += 1) {
        if (records.effects[offset] === 0 || records.effectBy[offset] !== member) continue;
        if (records.effectAt[offset]! >= since) recent += 1;
        else if (offset > unsettled) ahead += 1;
      }
    }
    const inFlight = this.underWay(member).size;
    this.accounts.push({ interruption, inFlight, recent, ahead, duplicates: 0 });
  }

  /** A member behind a cut wire goes on with what it has until its lease ends, and cannot commit it. */
  private noteUncommittable({ member, at }: Execution): void {
    const account = this.accounts.findLast(({ interruption }) => interruption.member === member);
    if (account?.interruption.kind !== 'cut-off') return;
    if (at <= account.interruption.until + this.settings.sessionTimeoutMs) account.recent += 1;
  }

  private underWay(member: number): Map<string, number> {
    let places = this.inFlight.get(member);
    if (places === undefined) this.inFlight.set(member, (places = new Map()));
    return places;
  }
}

function placeOf({ partition, offset }: { partition: number; offset: number }): string {
  return `${partition} ${offset}`;
}
