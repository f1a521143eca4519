import { backoffMs, type BackoffPolicy } from '../backoff.policy.js';

/** Between two probes. */
const PROBE_BACKOFF: BackoffPolicy = { initialMs: 1_000, multiplier: 2, maxMs: 30_000 };
/** A probe whose handler hangs keeps its turn no longer than this. */
const LONGEST_TURN_MS = 30_000;
/** So many probes of held records fail before records that have not started are let through as well. */
const FAILURES_BEFORE_NEW = 2;

export interface OpenBreaker {
  /** Epoch ms. */
  readonly since: number;
  readonly held: number;
  readonly failedProbes: number;
  /** Epoch ms; a probe that is under way counts until its end. */
  readonly nextProbeAt: number;
}

interface Turn<Held> {
  readonly of: Held;
  readonly since: number;
}

/** What is known while it is open. */
interface Opening<Held> {
  readonly since: number;
  readonly held: Set<Held>;
  failedProbes: number;
  nextProbeAt: number;
  nextNewAt: number;
  turn: Turn<Held> | undefined;
}

/**
 * Tells an outage from bad records by what fails in a row. Closed, it lets records be given up until `threshold` of
 * different keys have been, with no success between: that one and all that fail after it are held. Open, the held ones
 * try again, one at a time and ever more slowly; any success closes it.
 *
 * Should only bad records be held, their probes never succeed: then, at the same pace, one new record is let through at a
 * time. Times are the caller's: it reads no clock.
 */
export class BreakerPolicy<Held> {
  private readonly keys = new Set<string>();
  private opening: Opening<Held> | undefined;
  /** The held ones went away untold: the next failure says enough. */
  private isOnProbation = false;

  constructor(private readonly threshold: number) {}

  get isOpen(): boolean {
    return this.opening !== undefined;
  }

  get open(): OpenBreaker | undefined {
    if (this.opening === undefined) return undefined;
    const { since, held, failedProbes, nextProbeAt } = this.opening;
    return { since, held: held.size, failedProbes, nextProbeAt };
  }

  /** A record's attempts are used up. False: it may be given up. True: it is held from now on. */
  exhausted(held: Held, key: string, now: number): boolean {
    if (this.opening === undefined) {
      const isKnown = this.keys.has(key);
      this.keys.add(key);
      const trips = this.isOnProbation || (!isKnown && this.keys.size >= this.threshold);
      if (!trips) return false;
      this.opening = newOpening(now);
    }
    this.hold(held, now);
    return true;
  }

  /** A handler succeeded. True when that closed the breaker. */
  succeeded(): boolean {
    if (this.keys.size === 0 && this.opening === undefined && !this.isOnProbation) return false;
    const wasOpen = this.opening !== undefined;
    this.keys.clear();
    this.isOnProbation = false;
    this.opening = undefined;
    return wasOpen;
  }

  /** A held record was settled without a success, or is no longer ours. True when it was the last: the breaker closes. */
  left(held: Held): boolean {
    const { opening } = this;
    if (opening === undefined || !opening.held.delete(held)) return false;
    if (opening.turn?.of === held) opening.turn = undefined;
    if (opening.held.size > 0) return false;
    this.keys.clear();
    this.isOnProbation = true;
    this.opening = undefined;
    return true;
  }

  /** When a held record may ask again; undefined: it may try now, or is held no longer. */
  waitFor(held: Held, now: number): number | undefined {
    const { opening } = this;
    if (opening === undefined || !opening.held.has(held)) return undefined;
    const { turn } = opening;
    const isTaken = turn !== undefined && now - turn.since < LONGEST_TURN_MS;
    if (isTaken) return now + PROBE_BACKOFF.initialMs;
    if (now < opening.nextProbeAt) return opening.nextProbeAt;
    opening.turn = { of: held, since: now };
    return undefined;
  }

  /** Whether a record that has not started may. An answer of true while open is a turn, and used up by it. */
  admitsNew(now: number): boolean {
    const { opening } = this;
    if (opening === undefined) return true;
    if (opening.failedProbes < FAILURES_BEFORE_NEW || now < opening.nextNewAt) return false;
    opening.nextNewAt = now + backoffMs(PROBE_BACKOFF, opening.failedProbes, 0.5);
    return true;
  }

  private hold(held: Held, now: number): void {
    const opening = this.opening!;
    opening.held.add(held);
    if (opening.turn?.of !== held) return;
    opening.turn = undefined;
    opening.failedProbes += 1;
    opening.nextProbeAt = now + backoffMs(PROBE_BACKOFF, opening.failedProbes, 0.5);
  }
}

function newOpening<Held>(now: number): Opening<Held> {
  return {
    since: now,
    held: new Set(),
    failedProbes: 0,
    nextProbeAt: now + PROBE_BACKOFF.initialMs,
    nextNewAt: now,
    turn: undefined,
  };
}
