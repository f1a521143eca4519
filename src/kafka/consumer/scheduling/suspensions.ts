import { DeliveryAbandoned, type Wait } from '../../../record/index.js';
import type { RecordPartition, TrackedRecord } from '../tracked-record.js';
import type { ConcurrencyWindow, Resumption } from './concurrency-window.js';

/** setTimeout fires at once beyond 2^31 - 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Told when a suspended record leaves its slot and when it takes one again; may make it wait longer. */
export interface SlotWatch {
  began(tracked: TrackedRecord): void;
  ended(tracked: TrackedRecord): void;
  /** True when it has to wait: `begin` is called when it may take its slot. */
  holdBack(tracked: TrackedRecord, begin: () => void): boolean;
  /** Whether anything may start now. */
  mayStart(): boolean;
}

class Suspension implements Resumption {
  private state: 'sleeping' | 'due' | 'over' = 'sleeping';
  private timer: NodeJS.Timeout | undefined;
  readonly ended: Promise<void>;
  private resolve: () => void;
  private reject: (error: Error) => void;

  constructor(
    readonly tracked: TrackedRecord,
    readonly wait: Wait,
    readonly until: number,
    private readonly hooks: {
      readonly due: (suspension: Suspension) => void;
      /** Called with a slot in hand; false gives it back. */
      readonly takes: (suspension: Suspension) => boolean;
    },
  ) {
    this.ended = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    const delay = Math.min(Math.max(0, until - Date.now()), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => this.becomeDue(), delay);
  }

  get isSleeping(): boolean {
    return this.state === 'sleeping';
  }

  becomeDue(): void {
    if (this.state !== 'sleeping') return;
    this.state = 'due';
    clearTimeout(this.timer);
    this.hooks.due(this);
  }

  /** Called with a slot in hand. */
  take(): boolean {
    if (this.state !== 'due' || !this.hooks.takes(this)) return false;
    this.state = 'over';
    this.tracked.takeSlot();
    this.resolve();
    return true;
  }

  abandon(): void {
    this.state = 'over';
    this.tracked.wasAbandoned = true;
    clearTimeout(this.timer);
    const { topic, partition, offset } = this.tracked.record;
    this.reject(
      new DeliveryAbandoned('the delivery was abandoned while it waited; its record comes again', {
        context: { topic, partition, offset },
      }),
    );
  }
}

/** What a waiting record waits for, for health. */
export interface WaitingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly until: number;
  readonly wait: Wait;
  /** False for what has its slot again or has lost its partition, and is about to hear of it. */
  readonly isWaiting: boolean;
}

/**
 * The deliveries that gave their slot back: asleep until their time, until their dependency answers, or until their
 * partition is lost. A suspended delivery keeps its key's lane, so nothing of its key overtakes it.
 */
export class Suspensions {
  private readonly all = new Set<Suspension>();

  private readonly hooks = {
    due: (due: Suspension) => this.window.resume(due),
    takes: (due: Suspension) => this.takes(due),
  };

  constructor(
    private readonly window: ConcurrencyWindow<TrackedRecord>,
    private readonly watch?: SlotWatch,
  ) {}

  /** See `Delivery.suspend`. */
  async suspend(tracked: TrackedRecord, until: number, wait: Wait): Promise<void> {
    const suspension = new Suspension(tracked, wait, until, this.hooks);
    this.all.add(suspension);
    const hadItsOwn = tracked.giveSlot();
    this.watch?.ended(tracked);
    if (hadItsOwn) this.window.releaseSlot();
    if (!tracked.partition.isOwned || tracked.partition.isDraining) suspension.abandon();
    try {
      await suspension.ended;
    } finally {
      this.all.delete(suspension);
    }
  }

  /** Ends every wait for that dependency. */
  wake(dependency: string): void {
    for (const suspension of this.all) {
      if (suspension.wait.why === 'dependency' && suspension.wait.dependency === dependency) {
        suspension.becomeDue();
      }
    }
  }

  /** Ends every wait for a breaker. */
  wakeHeld(): void {
    for (const suspension of this.all) {
      if (suspension.wait.why === 'breaker') suspension.becomeDue();
    }
  }

  /** Abandons what waits in a partition that is no longer ours; without one, everything. */
  abandon(partition?: RecordPartition): void {
    for (const suspension of this.all) {
      if (partition === undefined || suspension.tracked.partition === partition) {
        suspension.abandon();
      }
    }
  }

  get size(): number {
    return this.all.size;
  }

  waiting(): WaitingRecord[] {
    return [...this.all].map(({ tracked, until, wait }) => {
      const { topic, partition, offset } = tracked.record;
      const isWaiting = tracked.partition.isOwned && !tracked.holdsSlot;
      return { topic, partition, offset, until, wait, isWaiting };
    });
  }

  private takes(due: Suspension): boolean {
    const { watch, window } = this;
    if (watch === undefined) return true;
    const begin = (): void => {
      if (watch.mayStart()) window.resumeNow(due);
      else window.resume(due);
    };
    if (watch.holdBack(due.tracked, begin)) return false;
    watch.began(due.tracked);
    return true;
  }
}
