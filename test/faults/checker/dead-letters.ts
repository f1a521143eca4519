import type { HistoryEvent } from './history.js';
import type { RecordTable } from './record-table.js';
import type { Rule } from './rule.js';
import { Findings, type Verdict } from './verdict.js';

/**
 * I5: a dead letter is its original, never beside an effect, all letters of one record carry one id, and more than one
 * only when somebody was interrupted.
 */
export class DeadLetterFidelity implements Rule {
  private readonly findings = new Findings('I5 dead letters');
  private readonly ids = new Map<string, string>();
  private letters = 0;
  private repeats = 0;

  constructor(
    private readonly table: RecordTable,
    private readonly mayRepeat: boolean,
  ) {}

  see(event: HistoryEvent): void {
    if (event.kind !== 'dead-letter') return;
    this.letters += 1;
    const { partition, offset, id, isUnchanged } = event;
    const place = `${partition} ${offset}`;
    const known = this.ids.get(place);
    this.ids.set(place, id);
    const add = (what: string): void => this.findings.add({ what, partition, offset });
    if (!isUnchanged) add('its dead letter differs from it');
    if (known === undefined) return;
    this.repeats += 1;
    if (known !== id) add('has two dead letters with different ids');
    if (!this.mayRepeat) add('has two dead letters although nobody was interrupted');
  }

  verdict(): Verdict {
    for (const { partition, offset, records } of this.table.places()) {
      if (records.effects[offset] === 0 || records.deadLetters[offset] === 0) continue;
      this.findings.add({ what: 'has an effect and a dead letter', partition, offset });
    }
    return this.findings.verdict({ deadLetters: this.letters, repeated: this.repeats });
  }
}
