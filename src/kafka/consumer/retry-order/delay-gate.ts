import { Fifo } from '../ordering/index.js';

/** Milliseconds. The wall clock may jump; the other one only goes on, and counts from anywhere. */
export interface GateClocks {
  wall(): number;
  steady(): number;
}

export const SYSTEM_CLOCKS: GateClocks = {
  wall: () => Date.now(),
  steady: () => performance.now(),
};

interface Waiting<Item> {
  readonly item: Item;
  /** By the wall clock. */
  readonly notBefore: number;
  /** By the steady clock: when it was seen, and the wait that was left then. */
  readonly seenAt: number;
  readonly earliest: number;
}

/**
 * Keeps the records of one partition until their time, first in, first out. None passes before the wall clock says so
 * and before the wait that was left when it was seen has really passed, so that a wall clock which jumps ahead lets
 * nothing out early. None is kept longer than the level's delay after it was seen, so that one which jumps back, or was
 * wrong where the record was written, holds nothing up: what has waited the whole delay here is never early.
 */
export class DelayGate<Item> {
  private readonly waiting = new Fifo<Waiting<Item>>();

  constructor(
    private readonly delayMs: number,
    private readonly clocks: GateClocks = SYSTEM_CLOCKS,
  ) {}

  get size(): number {
    return this.waiting.size;
  }

  /** `notBefore`: epoch ms. */
  add(item: Item, notBefore: number): void {
    const seenAt = this.clocks.steady();
    const left = Math.min(Math.max(0, notBefore - this.clocks.wall()), this.delayMs);
    this.waiting.push({ item, notBefore, seenAt, earliest: seenAt + left });
  }

  /** How long the first one still has to wait; undefined when there is none. */
  get waitMs(): number | undefined {
    const first = this.waiting.first();
    return first === undefined ? undefined : this.waitOf(first);
  }

  /** When the first one may pass, epoch ms by the wall clock as it is now. */
  get nextDueAt(): number | undefined {
    const { waitMs } = this;
    return waitMs === undefined ? undefined : this.clocks.wall() + waitMs;
  }

  /** Those at the front whose time has come. */
  takeDue(): Item[] {
    const due: Item[] = [];
    for (let first = this.waiting.first(); first !== undefined; first = this.waiting.first()) {
      if (this.waitOf(first) > 0) break;
      this.waiting.take();
      due.push(first.item);
    }
    return due;
  }

  private waitOf({ notBefore, seenAt, earliest }: Waiting<Item>): number {
    const now = this.clocks.steady();
    const byWall = notBefore - this.clocks.wall();
    const atMost = seenAt + this.delayMs - now;
    return Math.max(0, earliest - now, Math.min(byWall, atMost));
  }
}
