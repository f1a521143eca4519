import type { DeadLetter, Execution, HistoryEvent, Interruption } from './history.js';
import type { RecordTable } from './record-table.js';
import type { Rule } from './rule.js';
import { Findings, type Verdict } from './verdict.js';

/**
 * I3: no record starts before every earlier one of its key is done with, and no two of a key run at once. Two may overlap
 * when one of them had been started by a member that was then stopped or cut off, before its lease ended.
 */
export class KeyOrder implements Rule {
  private readonly findings = new Findings('I3 key order');
  private readonly running = new Map<number, Execution[]>();
  private excused = 0;

  constructor(
    private readonly table: RecordTable,
    private readonly interruptions: readonly Interruption[],
    private readonly sessionTimeoutMs: number,
  ) {}

  see(event: HistoryEvent): void {
    switch (event.kind) {
      case 'start':
        return this.started(event);
      case 'end':
      case 'fail':
        return this.ended(event);
      // A handler that never ends is given up when its record is dead-lettered.
      case 'dead-letter':
        return this.givenUp(event);
      case 'killed':
        return this.forget(event.member);
      default:
    }
  }

  verdict(): Verdict {
    return this.findings.verdict({ excusedOverlaps: this.excused });
  }

  private started(execution: Execution): void {
    const key = this.table.get(execution)?.keyOf(execution.offset);
    if (key === undefined) return;
    const { partition, offset } = execution;
    const frontier = this.table.frontiers[key];
    if (frontier !== undefined && offset > frontier) {
      const what = `started before ${partition}@${frontier} of the same key was done with`;
      this.findings.add({ what, partition, offset });
    }
    const others = this.running.get(key) ?? [];
    for (const other of others) {
      if (this.isExcused(other, execution.at) || this.isExcused(execution, execution.at)) {
        this.excused += 1;
        continue;
      }
      const what = `started in ${execution.member} while ${partition}@${other.offset} of the same key ran in ${other.member}`;
      this.findings.add({ what, partition, offset });
    }
    this.running.set(key, [...others, execution]);
  }

  private ended({ partition, offset, member }: Execution): void {
    const key = this.table.get({ partition, offset })?.keyOf(offset);
    if (key === undefined) return;
    const others = this.running.get(key) ?? [];
    const index = others.findIndex((other) => other.member === member && other.offset === offset);
    if (index >= 0) others.splice(index, 1);
    if (others.length === 0) this.running.delete(key);
  }

  private givenUp({ partition, offset }: DeadLetter): void {
    const key = this.table.get({ partition, offset })?.keyOf(offset);
    if (key === undefined) return;
    const others = (this.running.get(key) ?? []).filter((other) => other.offset !== offset);
    if (others.length === 0) this.running.delete(key);
    else this.running.set(key, others);
  }

  private forget(member: number): void {
    for (const [key, executions] of this.running) {
      const left = executions.filter((execution) => execution.member !== member);
      if (left.length === 0) this.running.delete(key);
      else this.running.set(key, left);
    }
  }

  /** It was started by a member that was interrupted afterwards, while it held its lease. */
  private isExcused({ member, at }: Execution, now: number): boolean {
    return this.interruptions.some((interruption) => {
      if (interruption.member !== member || interruption.at > now) return false;
      const leaseEnd = Math.min(interruption.at + this.sessionTimeoutMs, interruption.until);
      return interruption.kind !== 'killed' && at <= leaseEnd;
    });
  }
}
