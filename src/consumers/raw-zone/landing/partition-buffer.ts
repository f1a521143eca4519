import { isDue, untilDue, type RotationLimits } from '../domain/index.js';
import type { GatheringLimits, LandingLimits } from './landing-limits.policy.js';
import type { Line } from './zone-object.js';

/** A record on its way into the object of a day. */
export interface DayLine extends Line {
  readonly day: string;
  /** What the record takes of the process's buffer, in bytes. */
  readonly cost: number;
}

/** The lines of one day that become its next object. */
export interface DayLines {
  readonly day: string;
  /** In ascending order of their offsets. */
  readonly lines: readonly DayLine[];
}

interface Gathering {
  readonly lines: DayLine[];
  bytes: number;
  readonly since: number;
}

/** What one partition gathers, day by day, until it is due. Knows no storage and no clock. */
export class PartitionBuffer {
  private readonly days = new Map<string, Gathering>();
  private gatheredRecords = 0;
  private gatheredCost = 0;
  private newest = -1;

  constructor(
    private readonly rotation: RotationLimits,
    private readonly limits: LandingLimits['partition'],
  ) {}

  /** How much is gathered of all days. */
  get gathered(): GatheringLimits {
    return { records: this.gatheredRecords, bytes: this.gatheredCost };
  }

  /** The offset of a record that is in it already must not be added. */
  add(line: DayLine, now: number): void {
    const gathering = this.days.get(line.day) ?? { lines: [], bytes: 0, since: now };
    this.days.set(line.day, gathering);
    gathering.lines.push(line);
    gathering.bytes += line.bytes.length + 1;
    this.gatheredRecords += 1;
    this.gatheredCost += line.cost;
    this.newest = Math.max(this.newest, line.offset);
  }

  /** The days that are to be landed now: those whose object is full or old enough, or all when there is no more room. */
  due(now: number): readonly string[] {
    const days = [...this.days];
    if (this.isFull()) return days.map(([day]) => day);
    const dueDays = days.filter(([, { lines, bytes, since }]) =>
      isDue({ records: lines.length, bytes, since }, this.rotation, now),
    );
    return dueDays.map(([day]) => day);
  }

  /** Milliseconds until time alone makes a day due; undefined when it holds nothing. */
  untilDue(now: number): number | undefined {
    if (this.days.size === 0) return undefined;
    const waits = [...this.days.values()].map(({ lines, bytes, since }) =>
      untilDue({ records: lines.length, bytes, since }, this.rotation, now),
    );
    return Math.min(...waits);
  }

  /** Takes the lines of those days out, of all days unless they are named. */
  take(days: readonly string[] = [...this.days.keys()]): readonly DayLines[] {
    return days.flatMap((day) => {
      const gathering = this.days.get(day);
      if (gathering === undefined) return [];
      this.days.delete(day);
      const { lines } = gathering;
      this.gatheredRecords -= lines.length;
      for (const { cost } of lines) this.gatheredCost -= cost;
      return [{ day, lines: lines.sort((left, right) => left.offset - right.offset) }];
    });
  }

  private isFull(): boolean {
    const { records, bytes, span } = this.limits;
    if (this.gatheredRecords >= records || this.gatheredCost >= bytes) return true;
    // Each day's oldest is its first: they come in the order of their offsets but for those that come again.
    const oldest = Math.min(...[...this.days.values()].map(({ lines }) => lines[0]!.offset));
    return this.newest - oldest >= span;
  }
}
