import type { HistoryEvent } from './history.js';
import type { RecordTable } from './record-table.js';
import type { Rule } from './rule.js';
import { Findings, type Verdict } from './verdict.js';

/** I1: at the end every record has come to the end that it must come to. */
export class NoLoss implements Rule {
  constructor(private readonly table: RecordTable) {}

  see(_event: HistoryEvent): void {
    // Judged at the end alone.
  }

  verdict(): Verdict {
    const findings = new Findings('I1 no loss');
    for (const { partition, offset, records } of this.table.places()) {
      const expects = records.expects(offset)!;
      const what = missing(expects, records.effects[offset]!, records.deadLetters[offset]!);
      if (what !== undefined) findings.add({ what, partition, offset });
    }
    return findings.verdict({ records: this.table.count });
  }
}

function missing(expects: string, effects: number, deadLetters: number): string | undefined {
  if (effects === 0 && deadLetters === 0) return 'has neither an effect nor a dead letter';
  if (expects === 'effect' && effects === 0) return 'has a dead letter in place of its effect';
  if (expects === 'dead-letter' && deadLetters === 0) return 'has an effect but no dead letter';
  return undefined;
}
