import type { RetryPath, Turn } from '../../record/index.js';
import type { TrackedRecord } from './tracked-record.js';

const NOW: Turn = { kind: 'now' };

/** A record's place among the retry topics of its unit. */
export class UnitPath implements RetryPath {
  constructor(private readonly tracked: TrackedRecord) {}

  get level(): number {
    return this.tracked.level;
  }

  get wasTried(): boolean {
    return this.level > 0 && (this.tracked.history?.failedAttempts ?? 0) > 0;
  }

  get delaysUsed(): number {
    return this.tracked.history?.delaysUsed ?? 0;
  }

  turn(): Turn {
    const { partition, laneKey, history, record, level } = this.tracked;
    const { keys } = partition.unit;
    if (keys === undefined) return NOW;
    // A redriven record is another one than what its dead letter was made of, with that origin all the same.
    const isRedriven = level === 0 && history !== undefined;
    return keys.turnOf(level, laneKey, isRedriven ? undefined : (history?.origin ?? record));
  }

  movedTo(level: number, offset: number): void {
    const { partition, laneKey } = this.tracked;
    // Until it is settled its lane keeps others of its key from asking.
    if (laneKey !== null) partition.unit.keys?.at(level).place(laneKey, offset);
  }
}
