import { DependencyUnavailableError } from '../../../record/index.js';
import type { ObjectStore } from '../../../connections/object-storage/index.js';
import { OffsetRanges, type LogPlace, type RotationLimits } from '../domain/index.js';
import { DayChain } from './day-chain.js';
import type { GatheringLimits, LandingLimits } from './landing-limits.policy.js';
import type { LogWitness } from './log-witness.js';
import { PartitionBuffer, type DayLine, type DayLines } from './partition-buffer.js';
import { RAW_ZONE } from './zone-alarm.js';

export interface PartitionLandingOptions {
  readonly place: LogPlace;
  readonly store: ObjectStore;
  readonly witness: LogWitness;
  readonly rotation: RotationLimits;
  readonly limits: LandingLimits['partition'];
  /** The end of what an earlier assignment still lands. What it read may be of another log, and goes before. */
  readonly after?: Promise<void> | undefined;
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/** Longer than the longest wait between two attempts: what has not come back by then will not come. */
const COMING_BACK_MS = 40_000;
/** Days of which is known what stands in them: those that records come for, and not all that ever came. */
const KNOWN_DAYS = 8;

/**
 * One partition during one assignment: gathers its records and lands them, one flush at a time. The promise of a record
 * resolves when its object is durable.
 *
 * After a flush that failed its records come back one by one, each after its own wait. Nothing is landed before all of
 * them are there: a later record in an object would leave each of them to an object of its own.
 */
export class PartitionLanding {
  private readonly buffer: PartitionBuffer;
  private readonly waiters = new Map<number, Waiter>();
  private readonly chains = new Map<string, DayChain>();
  private readonly landed = new OffsetRanges();
  /** Records of failed flushes that have not come back. */
  private readonly missing = new Set<number>();
  private lastError: unknown;
  private isTestified = false;
  private lowest = Infinity;
  private flushing: Promise<void>;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: PartitionLandingOptions) {
    this.buffer = new PartitionBuffer(options.rotation, options.limits);
    this.flushing = options.after ?? Promise.resolve();
  }

  /** How much waits for its flush. */
  get gathered(): GatheringLimits {
    return this.buffer.gathered;
  }

  land(line: DayLine): Promise<void> {
    if (this.landed.has(line.offset)) return Promise.resolve();
    const ended = new Promise<void>((resolve, reject) => {
      this.waiters.set(line.offset, { resolve, reject });
    });
    this.lowest = Math.min(this.lowest, line.offset);
    this.buffer.add(line, performance.now());
    const wasMissing = this.missing.delete(line.offset);
    if (wasMissing && this.missing.size === 0) this.flushAll();
    else this.flushDue();
    return ended;
  }

  /** Lands everything that is gathered; resolves when that has ended, well or not. */
  async flush(): Promise<void> {
    if (this.missing.size > 0) this.giveBack(this.buffer.take(), this.lastError);
    else this.flushAll();
    await this.flushing;
  }

  private flushAll(): void {
    this.begin(this.buffer.take());
  }

  private flushDue(): void {
    // The timer for those that come back is set already.
    if (this.missing.size > 0) return;
    this.begin(this.buffer.take(this.buffer.due(performance.now())));
    const wait = this.buffer.untilDue(performance.now());
    if (wait === undefined) clearTimeout(this.timer);
    else this.setTimer(wait);
  }

  private begin(days: readonly DayLines[]): void {
    if (days.length === 0) return;
    this.flushing = this.flushing.then(() => this.landDays(days));
  }

  /** Never rejects. */
  private async landDays(days: readonly DayLines[]): Promise<void> {
    const rest = [...days];
    try {
      // Of an earlier flush that failed some are still to come back, and they go before these.
      if (this.missing.size > 0) throw this.lastError;
      await this.testify();
      for (let next = rest[0]; next !== undefined; next = rest[0]) {
        await this.chainOf(next.day).land(next.lines);
        rest.shift();
        for (const { offset } of next.lines) this.settle(offset);
      }
    } catch (error) {
      this.failed(rest, error);
    }
  }

  private async testify(): Promise<void> {
    if (this.isTestified) return;
    await this.options.witness.testify(this.options.place, this.lowest);
    this.isTestified = true;
  }

  private chainOf(day: string): DayChain {
    const { place, store } = this.options;
    const chain = this.chains.get(day) ?? new DayChain({ ...place, day }, store);
    // Deleted first, so that the one used longest ago is the first of them.
    this.chains.delete(day);
    this.chains.set(day, chain);
    if (this.chains.size > KNOWN_DAYS) this.chains.delete(this.chains.keys().next().value!);
    return chain;
  }

  private settle(offset: number): void {
    this.landed.add(offset);
    this.waiters.get(offset)?.resolve();
    this.waiters.delete(offset);
  }

  private failed(days: readonly DayLines[], cause: unknown): void {
    // What was known of the zone may be what was wrong.
    this.chains.clear();
    this.isTestified = false;
    this.lastError =
      cause instanceof DependencyUnavailableError
        ? cause
        : new DependencyUnavailableError(RAW_ZONE, 'a flush failed', { cause });
    this.giveBack(days, this.lastError);
    this.giveBack(this.buffer.take(), this.lastError);
    this.setTimer(COMING_BACK_MS);
  }

  private giveBack(days: readonly DayLines[], error: unknown): void {
    for (const { offset } of days.flatMap(({ lines }) => lines)) {
      this.missing.add(offset);
      this.waiters.get(offset)?.reject(error);
      this.waiters.delete(offset);
    }
  }

  private setTimer(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.missing.clear();
      this.flushDue();
    }, wait);
    this.timer.unref();
  }
}
