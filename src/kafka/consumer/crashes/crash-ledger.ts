import { encodeRecord, type JournaledRecord, type JournalLine } from './journal-line.js';

/** `alone`: it was in flight at a crash, so nothing else may run beside it. `rejected`: it is the one that kills. */
export type CrashVerdict = 'ordinary' | 'alone' | 'rejected';

interface Suspect {
  readonly record: JournaledRecord;
  readonly crashesAlone: number;
}

/** As often a record must have been alone in flight when the process died, before no handler gets it any more. */
export const CRASHES_ALONE = 3;

const MOST_SUSPECTS = 10_000;

/**
 * Which records are in flight, and which were when the process died. A suspect is one until it settles: it runs alone,
 * so that the next crash is its own doing or shows that it is not. Suspects that another process has settled meanwhile
 * are never heard of again, so the oldest are forgotten past 10,000.
 */
export class CrashLedger {
  private readonly inFlight = new Map<number, JournaledRecord>();
  private readonly suspects = new Map<string, Suspect>();

  static replay(lines: Iterable<JournalLine>): CrashLedger {
    const ledger = new CrashLedger();
    for (const line of lines) ledger.apply(line);
    return ledger;
  }

  apply(line: JournalLine): void {
    switch (line.kind) {
      case 'started':
        this.inFlight.set(line.flight, line.record);
        break;
      case 'ended':
        this.inFlight.delete(line.flight);
        break;
      case 'suspected':
        this.suspect(line.record, line.crashesAlone);
        break;
      case 'cleared':
        this.suspects.delete(encodeRecord(line.record));
    }
  }

  get hasSuspects(): boolean {
    return this.suspects.size > 0;
  }

  isSuspect(record: JournaledRecord): boolean {
    return this.hasSuspects && this.suspects.has(encodeRecord(record));
  }

  verdictOn(record: JournaledRecord): CrashVerdict {
    if (!this.hasSuspects) return 'ordinary';
    const suspect = this.suspects.get(encodeRecord(record));
    if (suspect === undefined) return 'ordinary';
    return suspect.crashesAlone < CRASHES_ALONE ? 'alone' : 'rejected';
  }

  /** The process died with these in flight. Gives them with what is known of each by now. */
  crash(): readonly Suspect[] {
    const records = [...this.inFlight.values()];
    this.inFlight.clear();
    const more = records.length === 1 ? 1 : 0;
    return records.map((record) => {
      const known = this.suspects.get(encodeRecord(record))?.crashesAlone ?? 0;
      return this.suspect(record, known + more);
    });
  }

  /** What is in flight ends without a crash, whatever ends the process from here on. */
  close(): void {
    this.inFlight.clear();
  }

  /** The shortest journal that says the same. */
  *lines(): Iterable<JournalLine> {
    for (const suspect of this.suspects.values()) yield { kind: 'suspected', ...suspect };
    for (const [flight, record] of this.inFlight) yield { kind: 'started', flight, record };
  }

  private suspect(record: JournaledRecord, crashesAlone: number): Suspect {
    const name = encodeRecord(record);
    const suspect = { record, crashesAlone };
    this.suspects.delete(name);
    this.suspects.set(name, suspect);
    const [oldest] = this.suspects.keys();
    if (this.suspects.size > MOST_SUSPECTS) this.suspects.delete(oldest!);
    return suspect;
  }
}
