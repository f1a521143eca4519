import type { Failure } from '../../../record/index.js';
import type { TrackedRecord } from '../tracked-record.js';
import { CRASHES_ALONE } from './crash-ledger.js';
import type { CrashJournal } from './crash-journal.js';
import { ProcessKillerError } from './crashes.errors.js';
import type { JournaledRecord } from './journal-line.js';
import type { LoneTurns } from './lone-turns.js';

type Journal = Pick<CrashJournal, 'verdictOn' | 'started' | 'flightEnded' | 'settled'>;

/**
 * One group's records as the crash journal of the process sees them. A record is in flight while it has a slot and is
 * within its deadline: what waits, or hangs for longer than that, is not what kills the process.
 */
export class RecordFlights {
  private readonly numbers = new Map<TrackedRecord, number>();

  constructor(
    private readonly groupId: string,
    private readonly journal: Journal,
    private readonly turns: LoneTurns<TrackedRecord>,
  ) {}

  /** False while a suspected record runs alone, or waits to. */
  get mayStart(): boolean {
    return this.turns.mayOthersStart;
  }

  /** `pump` is called when `mayStart` is true again. */
  onFreed(pump: () => void): void {
    this.turns.onFreed(pump);
  }

  /** True when the record has to run alone and it is not its turn: `begin` is called when it is. */
  holdBack(tracked: TrackedRecord, begin: () => void): boolean {
    if (this.turns.isTurnOf(tracked)) return false;
    if (this.journal.verdictOn(this.named(tracked)) !== 'alone') return false;
    this.turns.wait(tracked, begin);
    return true;
  }

  /** True while it runs because nothing else does. */
  isAlone(tracked: TrackedRecord): boolean {
    return this.turns.isTurnOf(tracked);
  }

  /** Why the record must not reach its handler, if it must not. */
  refusalOf(tracked: TrackedRecord): Failure | undefined {
    if (this.journal.verdictOn(this.named(tracked)) !== 'rejected') return undefined;
    const { topic, partition, offset } = tracked.record;
    const message = `the process died ${CRASHES_ALONE} times while this record alone was in flight`;
    const error = new ProcessKillerError(message, { context: { topic, partition, offset } });
    return { stage: 'escaped', error };
  }

  /** It has its slot: written before this returns. */
  began(tracked: TrackedRecord): void {
    const record = this.named(tracked);
    if (this.journal.verdictOn(record) === 'rejected') return;
    this.turns.began(tracked);
    this.numbers.set(tracked, this.journal.started(record));
  }

  /** It has given its slot back, or is past its deadline. Nothing happens when it had not begun. */
  ended(tracked: TrackedRecord): void {
    const flight = this.numbers.get(tracked);
    if (flight === undefined) return;
    this.numbers.delete(tracked);
    this.journal.flightEnded(flight);
    this.turns.ended(tracked);
  }

  settled(tracked: TrackedRecord): void {
    this.journal.settled(this.named(tracked));
  }

  private named({ record }: TrackedRecord): JournaledRecord {
    const { topic, partition, offset, timestamp } = record;
    return { groupId: this.groupId, topic, partition, offset, timestamp };
  }
}
