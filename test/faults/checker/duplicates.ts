import type { Execution, HistoryEvent, HistorySettings, Interruption } from './history.js';
import type { PartitionRecords, RecordTable } from './record-table.js';
import type { Rule } from './rule.js';
import { Findings, type Verdict } from './verdict.js';
import { WorkOfMembers } from './work-of-members.js';

/** What passes between the end of a handler and the commit that tells of it, beside the interval itself. */
const COMMIT_SLACK_MS = 1_000;

interface Account {
  readonly interruption: Interruption;
  /** What the member had under way or untold, at most, from the interruption until its lease had ended. */
  limit: number;
  duplicates: number;
}

/**
 * I4: an effect happens again only because the member that had it was interrupted, and no commit had told of it: no more
 * often than what that member had under way and what it had done since its last commit. Everything else, every graceful
 * stop included, repeats nothing.
 */
export class Duplicates implements Rule {
  private readonly findings = new Findings('I4 duplicates');
  private readonly accounts: Account[] = [];
  private readonly work: WorkOfMembers;
  private duplicates = 0;

  constructor(
    private readonly table: RecordTable,
    private readonly settings: HistorySettings,
  ) {
    this.work = new WorkOfMembers(table);
  }

  see(event: HistoryEvent): void {
    switch (event.kind) {
      case 'start':
        this.work.start(event);
        return this.follow(event);
      case 'fail':
        return this.work.over(event);
      case 'end':
        if (this.settings.effects === 'ends') this.effect(event);
        return this.work.over(event);
      case 'stored':
        if ((this.table.get(event)?.effects[event.offset] ?? 0) > 0)
          this.refuse(event, 'stored twice');
        return;
      case 'commit':
        return this.work.told(event);
      case 'told':
        return this.work.toldElsewhere(event);
      case 'killed':
      case 'stopped':
      case 'cut-off': {
        const limit = this.work.openOf(event.member);
        this.accounts.push({ interruption: event, limit, duplicates: 0 });
        return;
      }
      case 'dead-letter':
      case 'redriven':
      case 'moved':
    }
  }

  verdict(): Verdict {
    let bound = 0;
    for (const { interruption, limit, duplicates } of this.accounts) {
      bound += limit;
      if (duplicates <= limit) continue;
      const what = `${duplicates} effects again after ${interruption.member} was ${interruption.kind}; it had at most ${limit} under way or not told of`;
      this.findings.add({ what });
    }
    return this.findings.verdict({ duplicates: this.duplicates, bound });
  }

  private effect(event: Execution): void {
    const records = this.table.get(event);
    if (records === undefined) return;
    this.work.effect(event);
    this.follow(event);
    if (records.effects[event.offset] === 0) return;
    const late = this.lateEnd(event);
    if (late === undefined && this.work.isTold(event)) {
      return this.refuse(event, 'an effect again, although a commit had told of the first');
    }
    const account = late ?? this.repeatOf(records, event.offset);
    if (account === undefined) {
      const by = records.effectBy[event.offset]!;
      return this.refuse(event, `an effect again, although ${by} was not interrupted at its first`);
    }
    account.duplicates += 1;
    this.duplicates += 1;
  }

  /** Done again because the member that had done it was interrupted before its commit was due. */
  private repeatOf(records: PartitionRecords, offset: number): Account | undefined {
    const by = records.effectBy[offset];
    const effectAt = records.effectAt[offset]!;
    const { commitIntervalMs, sessionTimeoutMs } = this.settings;
    return this.accounts.findLast(({ interruption: { member, at, until } }) => {
      const isRecent = effectAt >= at - commitIntervalMs - COMMIT_SLACK_MS;
      return member === by && isRecent && effectAt <= until + sessionTimeoutMs;
    });
  }

  /** Ended late, by a member that was interrupted while it had the record under way. */
  private lateEnd(event: Execution): Account | undefined {
    const startedAt = this.work.startOf(event);
    if (startedAt === undefined) return undefined;
    return this.accounts.findLast(
      ({ interruption: { member, at } }) => member === event.member && startedAt <= at,
    );
  }

  /** A member that stands still or is cut off may go on with what it has until its lease ends, and cannot commit it. */
  private follow({ member, at }: Execution): void {
    const account = this.accounts.findLast(({ interruption }) => interruption.member === member);
    if (account === undefined || at > account.interruption.until + this.settings.sessionTimeoutMs)
      return;
    account.limit = Math.max(account.limit, this.work.openOf(member));
  }

  private refuse({ partition, offset }: { partition: number; offset: number }, what: string): void {
    this.duplicates += 1;
    this.findings.add({ what, partition, offset });
  }
}
