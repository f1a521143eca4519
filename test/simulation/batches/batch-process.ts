import { setImmediate as turn } from 'node:timers/promises';
import { IsIn, IsInt } from 'class-validator';
import { Breakers } from '../../../src/failures/breaker/index.js';
import { DeadLetterInterceptor } from '../../../src/failures/dead-letter.interceptor.js';
import { FailureRouter } from '../../../src/failures/failure-router.js';
import type { FailureSettings } from '../../../src/failures/failure-settings.js';
import { RetryInterceptor } from '../../../src/failures/retry.interceptor.js';
import { SteadyPublisher } from '../../../src/failures/steady-publisher.js';
import type { BatchAnswer } from '../../../src/kafka/batches/index.js';
import type { BatchContext } from '../../../src/kafka/batch-context.js';
import type { Membership } from '../../../src/kafka/client/index.js';
import type { AssignedPartition } from '../../../src/kafka/consumer/assigned-partition.js';
import { GroupEngine } from '../../../src/kafka/consumer/group-engine.js';
import type { TopicPlan } from '../../../src/kafka/consumer/group-plan.js';
import type { RecordPublisher } from '../../../src/kafka/producer/index.js';
import { RecordProcessor } from '../../../src/kafka/record-processor.js';
import { RecordValues } from '../../../src/kafka/record-values.js';
import { RecordObserver } from '../../../src/observability/record-observer.js';
import {
  DUPLICATE,
  PermanentError,
  RetriableError,
  UndecodableError,
  type BatchedResult,
  type BatchStep,
  type Delivery,
  type HandlerDescription,
  type Outcome,
  type OutgoingRecord,
} from '../../../src/record/index.js';

export const KINDS = [
  'good',
  'undecodable',
  'invalid',
  'returned permanent',
  'thrown permanent',
  'returned transient',
  'thrown transient',
  'poison',
] as const;
export type Kind = (typeof KINDS)[number];

/** `claimed`: claims and effects are one transaction. `declared`: atomic, and forgets. `plain`: effects come one by one. */
export type Mode = 'claimed' | 'declared' | 'plain';

/** What the world outside keeps over crashes. */
export class Outside {
  readonly effects = new Map<number, number>();
  readonly letters = new Map<number, number>();
  readonly claims = new Set<number>();
  readonly faults: string[] = [];

  add(to: Map<number, number>, id: number): void {
    to.set(id, (to.get(id) ?? 0) + 1);
  }
}

export interface BatchProcessOptions {
  readonly outside: Outside;
  readonly mode: Mode;
  readonly maxRecords: number;
  readonly concurrency: number;
  readonly window: number;
  /** Told before each call of the handler. */
  readonly called: (process: BatchProcess) => void;
}

export class Thing {
  @IsInt()
  id: number;
  @IsIn(KINDS)
  kind: Kind;
}

const RETRY = { maxRetries: 3, initialMs: 1, multiplier: 1, maxMs: 2 };
const FAILURES = {
  retryOf: () => RETRY,
  rulesOf: () => ({}),
  breakerOf: () => 0,
  redriveLimitOf: () => 3,
  retryDelaysOf: () => [],
  deadLetterTopicOf: () => 'letters',
} as unknown as FailureSettings;
const TOPIC = 'things';
const NEVER = new Promise<never>(() => undefined);

class SettlingObserver extends RecordObserver {
  constructor(private readonly told: (delivery: Delivery, outcome: Outcome) => void) {
    super();
  }
  override settled(delivery: Delivery, outcome: Outcome): void {
    this.told(delivery, outcome);
  }
  override attemptFailed(): void {}
  override offsetsSkipped(): void {}
  override logReset(): void {}
  override deadLetterRefused(): void {}
}

/** One life of a process with the real engine, batches and failure policies. What it does when dead has no effect. */
export class BatchProcess {
  readonly engine: GroupEngine;
  readonly outcomes = new Map<number, string>();
  isDead = false;
  private readonly running = new Set<number>();

  constructor(private readonly options: BatchProcessOptions) {
    const { concurrency, window, maxRecords } = options;
    const observer = new SettlingObserver(({ record }, { kind }) => {
      if (!this.isDead) this.outcomes.set(Number(record.key), kind);
    });
    const handler: HandlerDescription = {
      consumer: 'things',
      groupId: 'group',
      topic: TOPIC,
      handler: 'Things.handle',
      controller: BatchProcess,
      method: () => undefined,
    };
    const limits = { maxRecords, maxBytes: 1_000_000, maxWaitMs: 2 };
    const plan: TopicPlan = {
      handler,
      ordering: 'none',
      concurrency,
      partitionWindow: window,
      deadline: { timeoutMs: 300_000, graceMs: 30_000, headBlocked: 'wait' },
      process: this.processor(handler, observer, limits),
      batch: limits,
    };
    this.engine = new GroupEngine(
      { groupId: 'group', topics: new Map([[TOPIC, plan]]) },
      { bufferedRecords: 1_000, bufferedBytes: 10_000_000 },
      { sessionTimeoutMs: 60_000, observer },
    );
    this.engine.attach({ pause: () => undefined, resume: () => undefined, seek: () => undefined });
    this.engine.unfreeze();
    this.engine.heartbeatAccepted(performance.now());
  }

  assign(generation: number, partitions: readonly number[]): void {
    const membership = {
      memberId: 'm',
      generation,
      continues: generation - 1,
      areClaimsHonoured: true,
      topicIds: new Map<string, string>(),
    };
    this.engine.reassign(membership as unknown as Membership, new Map([[TOPIC, [...partitions]]]));
  }

  partition(number: number): AssignedPartition | undefined {
    return this.engine.table.get(TOPIC, number);
  }

  /** It is killed: nobody hears of it again. */
  kill(): void {
    this.isDead = true;
    this.engine.dropEverything();
  }

  private processor(
    handler: HandlerDescription,
    observer: RecordObserver,
    limits: NonNullable<TopicPlan['batch']>,
  ): TopicPlan['process'] {
    const publish = async ({
      key,
    }: OutgoingRecord): Promise<{ partition: number; offset: number }> => {
      await turn();
      if (this.isDead) return NEVER;
      this.options.outside.add(this.options.outside.letters, Number(key));
      return { partition: 0, offset: 0 };
    };
    const router = new FailureRouter(
      FAILURES,
      new SteadyPublisher({ publish } as unknown as RecordPublisher, observer),
      observer,
      new Breakers(FAILURES, observer),
    );
    const values = new RecordValues({
      decode: ({ value }) => {
        const decoded = JSON.parse(value!.toString()) as Thing;
        if (decoded.kind !== 'undecodable') return { kind: 'decoded', value: decoded };
        return { kind: 'undecodable', error: new UndecodableError('no value') };
      },
    });
    const steps = [
      new DeadLetterInterceptor(router).stepFor(),
      new RetryInterceptor(router).stepFor(handler),
      values.step,
    ];
    const batchStepFor = () => (this.options.mode === 'claimed' ? this.transaction : undefined);
    return new RecordProcessor(values, router, {
      stepsFor: () => steps,
      transactionsFor: () => undefined,
      batchStepFor,
    }).compose({
      description: handler,
      callback: (things: readonly Thing[], context: BatchContext) => this.handle(things, context),
      hasContract: true,
      tombstones: 'dead-letter',
      batch: { limits, isAtomic: this.options.mode === 'declared', contract: Thing },
    } as unknown as Parameters<RecordProcessor['compose']>[0]);
  }

  private readonly transaction: BatchStep = async (deliveries, next) => {
    const { claims } = this.options.outside;
    const idOf = ({ record }: Delivery): number => Number(record.key);
    const fresh = deliveries.filter((delivery) => !claims.has(idOf(delivery)));
    const results = fresh.length === 0 ? [] : await next(fresh);
    if (this.isDead) return NEVER;
    const done = fresh.filter((_, index) => 'outcome' in results[index]!).map(idOf);
    for (const id of done) claims.add(id);
    this.apply(done);
    return deliveries.map(
      (delivery): BatchedResult => results[fresh.indexOf(delivery)] ?? { outcome: DUPLICATE },
    );
  };

  private async handle(things: readonly Thing[], context: BatchContext): Promise<BatchAnswer> {
    const { mode } = this.options;
    this.examine(things, context);
    this.options.called(this);
    this.running.add(context.getPartition());
    await turn();
    if (this.isDead) return NEVER;
    this.running.delete(context.getPartition());
    const failed: { index: number; error: Error }[] = [];
    const done: number[] = [];
    for (const [index, { id, kind }] of things.entries()) {
      const error = errorOf(kind, context.at(index)!.attempt);
      if (error !== undefined && kind.startsWith('returned')) failed.push({ index, error });
      else if (error !== undefined) throw error;
      else if (mode === 'plain') this.apply([id]);
      else done.push(id);
    }
    if (mode === 'declared') this.apply(done);
    return { failed };
  }

  private apply(ids: readonly number[]): void {
    const { outside } = this.options;
    for (const id of ids) outside.add(outside.effects, id);
  }

  private examine(things: readonly Thing[], context: BatchContext): void {
    const { faults } = this.options.outside;
    const partition = context.getPartition();
    const offsets = context.records.map(({ record }) => record.offset);
    if (this.running.has(partition)) faults.push(`two batches of partition ${partition} at once`);
    if (things.length > this.options.maxRecords) faults.push(`a batch of ${things.length}`);
    if (things.some((thing) => !(thing instanceof Thing))) faults.push('a value without its class');
    if (offsets.some((offset, index) => index > 0 && offset <= offsets[index - 1]!))
      faults.push(`out of order: ${offsets.join()}`);
    if (context.records.some(({ record }, index) => Number(record.key) !== things[index]!.id))
      faults.push('a context of another record');
  }
}

function errorOf(kind: Kind, attempt: number): Error | undefined {
  switch (kind) {
    case 'returned permanent':
    case 'thrown permanent':
      return new PermanentError(kind);
    case 'poison':
      return new Error(kind);
    case 'returned transient':
    case 'thrown transient':
      return attempt < 3 ? new RetriableError(kind) : undefined;
    default:
      return undefined;
  }
}
