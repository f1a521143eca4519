import type { HistoryEvent } from './history.js';
import type { RecordTable } from './record-table.js';
import type { Rule } from './rule.js';
import { Findings, type Verdict } from './verdict.js';

/** I2: whatever is below a commit was done with before it, and commits of a partition never go back. */
export class CommitsFollowProcessing implements Rule {
  private readonly findings = new Findings('I2 commit after processing');
  private readonly last = new Map<number, number>();
  private commits = 0;

  constructor(private readonly table: RecordTable) {}

  see(event: HistoryEvent): void {
    if (event.kind !== 'commit') return;
    this.commits += 1;
    const { partition, offset } = event;
    const before = this.last.get(partition) ?? 0;
    if (offset < before) {
      this.findings.add({
        what: `a commit went back from ${before} to ${offset}`,
        partition,
        offset,
      });
    }
    this.last.set(partition, offset);
    const unsettled = this.table.partition(partition).firstUnsettled;
    if (unsettled >= offset || unsettled >= this.table.partition(partition).end) return;
    this.findings.add({
      what: `committed up to ${offset} while it was not done with`,
      partition,
      offset: unsettled,
    });
  }

  verdict(): Verdict {
    return this.findings.verdict({ commits: this.commits });
  }
}
