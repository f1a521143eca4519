import type { DeadLetter, HistoryEvent } from './history.js';
import type { RecordTable } from './record-table.js';
import type { Rule } from './rule.js';
import { Findings, type Verdict } from './verdict.js';

interface Account {
  readonly id: string;
  /** Letters since the record came, or was given back. */
  open: number;
}

/**
 * I5: a dead letter is its original, never beside an effect unless it was redriven, all letters of one record carry one
 * id, and more than one for one failure only when somebody was interrupted.
 */
export class DeadLetterFidelity implements Rule {
  private readonly findings = new Findings('I5 dead letters');
  private readonly accounts = new Map<string, Account>();
  private letters = 0;
  private repeats = 0;
  private redriven = 0;

  constructor(
    private readonly table: RecordTable,
    private readonly mayRepeat: boolean,
  ) {}

  see(event: HistoryEvent): void {
    if (event.kind === 'dead-letter') return this.letter(event);
    if (event.kind !== 'redriven') return;
    this.redriven += 1;
    const account = this.accounts.get(placeOf(event));
    if (account !== undefined) account.open = 0;
    else this.findings.add({ what: 'was redriven without a dead letter', ...event });
  }

  verdict(): Verdict {
    for (const { partition, offset, records } of this.table.places()) {
      if (records.effects[offset] === 0 || records.deadLetters[offset] === 0) continue;
      if (this.accounts.get(placeOf({ partition, offset }))?.open === 0) continue;
      this.findings.add({ what: 'has an effect and a dead letter', partition, offset });
    }
    const { letters, repeats, redriven } = this;
    return this.findings.verdict({ deadLetters: letters, repeated: repeats, redriven });
  }

  private letter(event: DeadLetter): void {
    this.letters += 1;
    const { partition, offset, id, isUnchanged } = event;
    const account = this.accounts.get(placeOf(event)) ?? { id, open: 0 };
    this.accounts.set(placeOf(event), account);
    const add = (what: string): void => this.findings.add({ what, partition, offset });
    if (!isUnchanged) add('its dead letter differs from it');
    if (account.id !== id) add('has two dead letters with different ids');
    account.open += 1;
    if (account.open === 1) return;
    this.repeats += 1;
    if (!this.mayRepeat) add('has two dead letters although nobody was interrupted');
  }
}

function placeOf({ partition, offset }: { partition: number; offset: number }): string {
  return `${partition} ${offset}`;
}
