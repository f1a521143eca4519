import type { TrackedRecord } from '../tracked-record.js';
import { CrashJournal } from './crash-journal.js';
import { LoneTurns } from './lone-turns.js';
import { RecordFlights } from './record-flights.js';

/** Finds the record that kills the process, over all groups of the process. */
export class CrashGuard {
  private readonly turns = new LoneTurns<TrackedRecord>();

  private constructor(private readonly journal: CrashJournal) {}

  /** Undefined without a file: then nothing is watched, and nothing costs anything. */
  static open(path: string | undefined): CrashGuard | undefined {
    return path === undefined ? undefined : new CrashGuard(CrashJournal.open(path));
  }

  flightsOf(groupId: string): RecordFlights {
    return new RecordFlights(groupId, this.journal, this.turns);
  }

  /** A stop has begun: whatever ends the process from here on is no crash. */
  close(): void {
    this.journal.close();
  }
}
