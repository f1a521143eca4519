import { DependencyUnavailableError, PermanentError } from '../../../src/record/index.js';
import { RetriableError, type HandlerDescription } from '../../../src/record/index.js';
import type { OutgoingRecord } from '../../../src/record/index.js';
import { GroupConsumer } from '../../../src/kafka/consumer/group-consumer.js';
import type { TopicPlan } from '../../../src/kafka/consumer/group-plan.js';
import { RecordValues } from '../../../src/kafka/record-values.js';
import { RecordProcessor } from '../../../src/kafka/record-processor.js';
import type { RecordContext } from '../../../src/kafka/record-context.js';
import { RecordObserver } from '../../../src/observability/record-observer.js';
import { Breakers } from '../../../src/failures/breaker/index.js';
import { SteadyPublisher } from '../../../src/failures/steady-publisher.js';
import type { RecordPublisher } from '../../../src/kafka/producer/index.js';
import { DeadLetterInterceptor } from '../../../src/failures/dead-letter.interceptor.js';
import { FailureRouter } from '../../../src/failures/failure-router.js';
import type { FailureSettings } from '../../../src/failures/failure-settings.js';
import { RetryInterceptor } from '../../../src/failures/retry.interceptor.js';
import { DEAD_LETTERS, TOPIC, type LoggedRecord } from './partition-log.js';
import type { SimulatedClient, SimulatedSettings } from './simulated-client.js';
import type { World } from './world.js';

export const CONSUMER = 'things';
export const STORE = 'store';
export const SESSION_TIMEOUT_MS = 6_000;
export const REBALANCE_TIMEOUT_MS = 10_000;
const COMMIT_INTERVAL_MS = 1_000;
const RETRY = { maxRetries: 2, initialMs: 200, multiplier: 2, maxMs: 1_000 };
const FAILURES = {
  retryOf: () => RETRY,
  rulesOf: () => ({}),
  breakerOf: () => 0,
  redriveLimitOf: () => 3,
  retryDelaysOf: () => [],
  deadLetterTopicOf: () => DEAD_LETTERS,
} as unknown as FailureSettings;
const DEADLINE = { timeoutMs: 300_000, graceMs: 30_000, headBlocked: 'wait' } as const;

class SilentObserver extends RecordObserver {
  override settled(): void {}
  override attemptFailed(): void {}
  override offsetsSkipped(): void {}
  override logReset(): void {}
  override deadLetterRefused(): void {}
}

const OBSERVER = new SilentObserver();

/** Something under way that only the schedule ends: a handler, or a publication of a dead letter. */
export interface Task {
  readonly member: SimulatedMember;
  readonly record: LoggedRecord;
  readonly kind: 'handler' | 'publication';
  readonly succeed: () => void;
  readonly fail: (error: Error) => void;
  /** Somebody else may handle its record by now, and its process could not know in time. */
  isExcused: boolean;
}

export type Ending = 'ok' | 'transient' | 'permanent' | 'store-down';

const ERRORS: Readonly<Record<Exclude<Ending, 'ok'>, () => Error>> = {
  transient: () => new RetriableError('not now'),
  permanent: () => new PermanentError('never'),
  'store-down': () => new DependencyUnavailableError(STORE, 'it does not answer'),
};

/** One process with the real group consumer, engine, committer and failure policies; only its client is the model's. */
export class SimulatedMember {
  readonly name: string;
  readonly consumer: GroupConsumer;
  readonly tasks = new Set<Task>();
  private readonly excused = new Set<LoggedRecord>();
  client: SimulatedClient | undefined;
  state: 'running' | 'stopping' | 'gone' | 'dead' = 'running';
  isCut = false;
  lastSign = Number.NEGATIVE_INFINITY;
  stopDeadline: number | undefined;

  constructor(
    readonly world: World,
    index: number,
  ) {
    this.name = `member ${index}`;
    const { concurrency, ordering, window, buffer } = world.shape;
    const handler: HandlerDescription = {
      consumer: CONSUMER,
      groupId: 'group',
      topic: TOPIC,
      handler: 'Things.handle',
      controller: SimulatedMember,
      method: () => undefined,
    };
    const process = this.processor(handler);
    const deadline = DEADLINE;
    const plan = { handler, ordering, concurrency, partitionWindow: window, deadline, process };
    this.consumer = new GroupConsumer(
      { groupId: 'group', topics: new Map([[TOPIC, plan]]) },
      { bufferedRecords: buffer, bufferedBytes: 1_000_000 },
      {
        settings: this.settings(),
        observer: OBSERVER,
        unmet: () => Promise.resolve(undefined),
        committed: () => Promise.resolve([]),
        existing: () => Promise.resolve([]),
        openReader: () => {
          throw new Error('the model has no retry topics');
        },
        offsets: () => this.ranges(),
      },
    );
    this.consumer.start();
  }

  get isDead(): boolean {
    return this.state === 'dead';
  }

  get isLive(): boolean {
    return this.state === 'running' || this.state === 'stopping';
  }

  get worker() {
    return this.consumer.engine.workers.get(CONSUMER)!;
  }

  stop(graceMs: number): void {
    this.state = 'stopping';
    this.stopDeadline = this.world.time.now + graceMs;
    void this.consumer.stop(this.stopDeadline).then(() => {
      if (this.state !== 'stopping') return;
      this.state = 'gone';
      this.tasks.clear();
    });
  }

  /** The process is killed: what it had in memory is gone, and nobody hears of it again. */
  crash(): void {
    this.state = 'dead';
    this.isCut = true;
    this.tasks.clear();
    this.world.wire.forget(this);
  }

  end(task: Task, ending: Ending): void {
    this.tasks.delete(task);
    if (ending === 'ok') {
      this.world.referee.happened(task);
      task.succeed();
    } else task.fail(ERRORS[ending]());
  }

  /** The broker has the dead letter or not, and the publisher learns it or not. */
  endPublication(task: Task, isWritten: boolean, isAcknowledged: boolean): void {
    this.tasks.delete(task);
    if (isWritten) this.world.referee.happened(task);
    if (isWritten && isAcknowledged) return task.succeed();
    if (isWritten) task.record.repeatsAllowed += 1;
    task.fail(new DependencyUnavailableError(`topic ${DEAD_LETTERS}`, 'no answer'));
  }

  /** Its process could not know in time: neither this nor its dead letter breaks the order of others. */
  excuse(task: Task): void {
    task.isExcused = true;
    this.excused.add(task.record);
  }

  private processor(handler: HandlerDescription): TopicPlan['process'] {
    const publish = ({ value }: OutgoingRecord) => this.begin('publication', Number(value));
    const router = new FailureRouter(
      FAILURES,
      new SteadyPublisher({ publish } as unknown as RecordPublisher, OBSERVER),
      OBSERVER,
      new Breakers(FAILURES, OBSERVER),
    );
    const values = new RecordValues({
      decode: ({ value }) => ({ kind: 'decoded', value: Number(value) }),
    });
    const steps = [
      new DeadLetterInterceptor(router).stepFor(),
      new RetryInterceptor(router).stepFor(handler),
      values.step,
    ];
    const processor = new RecordProcessor(values, router, {
      stepsFor: () => steps,
      transactionsFor: () => undefined,
      batchStepFor: () => undefined,
    });
    return processor.compose({
      description: handler,
      callback: (_value: unknown, context: RecordContext) =>
        this.begin('handler', Number(context.record.value)),
      hasContract: false,
      tombstones: 'handle',
    } as unknown as Parameters<RecordProcessor['compose']>[0]);
  }

  private ranges(): Promise<{ partition: number; start: number; end: number }[]> {
    if (this.isCut) return Promise.reject(new Error('no broker answers'));
    const ranges = this.world.logs.map(({ partition, start, end }) => ({ partition, start, end }));
    return Promise.resolve(ranges);
  }

  private begin(kind: Task['kind'], id: number): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      if (!this.isLive) return;
      const record = this.world.recordOf(id);
      const task: Task = {
        member: this,
        record,
        kind,
        succeed: resolve,
        fail: reject,
        isExcused: kind === 'publication' && this.excused.has(record),
      };
      if (kind === 'handler') {
        this.excused.delete(record);
        this.world.referee.starts(task);
      }
      this.tasks.add(task);
    });
  }

  private settings(): SimulatedSettings {
    return {
      member: this,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
      commitIntervalMs: COMMIT_INTERVAL_MS,
      autoOffsetReset: 'earliest',
    } as unknown as SimulatedSettings;
  }
}
