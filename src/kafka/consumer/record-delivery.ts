import {
  DeliveryAbandoned,
  HandlerTimeoutError,
  HeadBlockedError,
  type Failure,
  type HandlerDescription,
  type KafkaRecord,
  type Outbox,
  type Outcome,
  type Publication,
  type RecordOrigin,
  type RetryPath,
  type Wait,
} from '../../record/index.js';
import { describeError, readableError } from '../../observability/index.js';
import {
  AttemptClock,
  GivingUp,
  type HandlerDeadline,
  type WatchedDelivery,
} from './deadlines/index.js';
import type { BatchedDelivery, BatchMember } from '../batches/index.js';
import type { Suspensions } from './scheduling/suspensions.js';
import type { TrackedRecord } from './tracked-record.js';
import { UnitPath } from './unit-path.js';

/** What a delivery needs of the worker that runs it. */
export interface DeliverySurroundings {
  readonly suspensions: Suspensions;
  /** Milliseconds in which deadlines are counted. */
  now(): number;
  /** See `RecordDelivery.gather`. */
  gather(delivery: RecordDelivery, member: BatchMember): Promise<Outcome>;
  /** It has joined a run. */
  began(delivery: RecordDelivery): void;
  /** It waits in a buffer and needs its slot no longer. */
  slotFreed(delivery: RecordDelivery): void;
  expired(delivery: RecordDelivery): void;
  overdue(delivery: RecordDelivery): void;
  /** The handler of a delivery that was given up has ended after all. */
  cameLate(delivery: RecordDelivery): void;
}

/**
 * One record's delivery to its handler, over all its attempts. An attempt ends when its handler's promise settles, late
 * or not, so that no two attempts overlap; only where the handler's deadline says `dead-letter` is one given up.
 */
export class RecordDelivery implements BatchedDelivery, WatchedDelivery {
  value: unknown = undefined;
  attempt: number;
  failedAttempts: number;
  firstFailedAt: Date | undefined;
  readonly origin: RecordOrigin;
  /** Where its partition's offsets are committed in transactions. */
  readonly outbox: Outbox | undefined;
  /** What was put into the outbox. */
  published: readonly Publication[] = [];
  spread: number | undefined;
  isSpokenFor = false;
  /** Why it must not reach its handler, if it must not. */
  refusal: Failure | undefined;
  /** What it waits for while it is suspended. */
  wait: Wait | undefined;
  private readonly clock = new AttemptClock();
  private readonly givingUp: GivingUp | undefined;
  private path: RetryPath | undefined;
  private controller: AbortController | undefined;
  private hasFailed = false;
  private hasExpired = false;
  private wasOverdue = false;

  constructor(
    readonly tracked: TrackedRecord,
    readonly handler: HandlerDescription,
    readonly deadline: HandlerDeadline,
    private readonly surroundings: DeliverySurroundings,
  ) {
    const { history, record } = tracked;
    this.origin = history?.origin ?? record;
    this.failedAttempts = history?.failedAttempts ?? 0;
    this.attempt = this.failedAttempts + 1;
    this.firstFailedAt = history?.firstFailedAt;
    this.outbox = tracked.partition.isTransactional
      ? { put: (publications) => (this.published = publications) }
      : undefined;
    if (deadline.headBlocked === 'dead-letter') this.givingUp = new GivingUp();
  }

  get record(): KafkaRecord {
    return this.tracked.record;
  }

  get retryPath(): RetryPath {
    return (this.path ??= new UnitPath(this.tracked));
  }

  /** Whether its key may wait in a retry topic. */
  get mayStandAside(): boolean {
    return this.tracked.partition.unit.keys !== undefined;
  }

  get assignmentEpoch(): number {
    return this.tracked.partition.epoch;
  }

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (!this.tracked.partition.isOwned) this.controller.abort();
    if (this.hasExpired) this.controller.abort(this.timeoutError());
    return this.controller.signal;
  }

  get givenUp(): AbortSignal | undefined {
    return this.givingUp?.signal;
  }

  /** A handler had the value and failed: it may have changed it. */
  get isValueUsed(): boolean {
    return this.hasFailed;
  }

  /** The deadline of the attempt under way, or of the last one, has passed. */
  get isExpired(): boolean {
    return this.hasExpired;
  }

  /** Its handler has not ended although its deadline and the grace have passed. */
  get isOverdue(): boolean {
    return this.wasOverdue && !this.isSpokenFor && this.clock.isRunning;
  }

  async suspend(until: number, wait: Wait): Promise<void> {
    const { tracked, surroundings } = this;
    if (!tracked.holdsSlot) {
      throw new DeliveryAbandoned('the delivery is suspended already, or has ended');
    }
    this.clock.pause(surroundings.now());
    this.wait = wait;
    try {
      await surroundings.suspensions.suspend(tracked, until, wait);
    } finally {
      this.wait = undefined;
      this.clock.resume(surroundings.now());
    }
  }

  /** Runs one attempt of the handler under its deadline. A failure past the deadline is a `HandlerTimeoutError`. */
  async attend<Result>(handle: () => Promise<Result>): Promise<Result> {
    this.begin();
    try {
      if (this.givingUp === undefined) return await handle();
      return await this.givingUp.orGivenUp(handle(), () => this.surroundings.cameLate(this));
    } catch (error) {
      this.hasFailed = true;
      throw this.judgeTime(readableError(error));
    } finally {
      this.clock.end(this.surroundings.now());
    }
  }

  /** Gives the slot back until it has joined a run, and ends as it ended there. */
  gather(member: BatchMember): Promise<Outcome> {
    return this.surroundings.gather(this, member);
  }

  join(): void {
    this.tracked.takeSlot(true);
    this.surroundings.began(this);
  }

  /** Its handler buffers it: it goes on without a slot. */
  giveSlotEarly(): void {
    if (this.tracked.shareSlot()) this.surroundings.slotFreed(this);
  }

  abandoned(): DeliveryAbandoned {
    const { topic, partition, offset } = this.record;
    this.tracked.wasAbandoned = true;
    return new DeliveryAbandoned('the delivery was let go before its batch began', {
      context: { topic, partition, offset },
    });
  }

  spentMs(now: number): number | undefined {
    return this.clock.isRunning ? this.clock.spent(now) : undefined;
  }

  expire(): void {
    if (this.hasExpired) return;
    this.hasExpired = true;
    this.controller?.abort(this.timeoutError());
    this.surroundings.expired(this);
  }

  becomeOverdue(): void {
    if (this.wasOverdue) return;
    this.wasOverdue = true;
    if (!this.isSpokenFor) this.surroundings.overdue(this);
    this.givingUp?.now(this.reasonToGiveUp());
  }

  /** The partition is no longer ours: a handler that listens may stop early. */
  abort(): void {
    this.controller?.abort();
  }

  private begin(): void {
    if (this.hasExpired) this.controller = undefined;
    this.published = [];
    this.hasExpired = false;
    this.wasOverdue = false;
    this.clock.begin(this.surroundings.now());
  }

  private judgeTime(error: unknown): unknown {
    const isOurs =
      error instanceof DeliveryAbandoned ||
      error instanceof HandlerTimeoutError ||
      error instanceof HeadBlockedError;
    if (isOurs || this.clock.spent(this.surroundings.now()) < this.deadline.timeoutMs) return error;
    return this.timeoutError(error);
  }

  /** A record that is another member's by now is only let go here: whose it is decides about it. */
  private reasonToGiveUp(): Error {
    const { topic, partition, offset } = this.record;
    const context = { topic, partition, offset, attempt: this.attempt };
    if (!this.tracked.partition.isOwned) {
      return new DeliveryAbandoned('the partition was lost, and the handler did not end', {
        context,
      });
    }
    const message = `the handler did not end within ${this.deadline.timeoutMs} ms and the grace after it`;
    return new HeadBlockedError(message, { context });
  }

  private timeoutError(cause?: unknown): HandlerTimeoutError {
    const { topic, partition, offset } = this.record;
    const passed = `the handler's deadline of ${this.deadline.timeoutMs} ms passed`;
    const message = cause === undefined ? passed : `${passed}; ${describeError(cause).message}`;
    const context = { topic, partition, offset, attempt: this.attempt };
    return new HandlerTimeoutError(message, { cause, context });
  }
}
