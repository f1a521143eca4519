import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, RecordContext } from '../../src/kafka/index.js';
import { RetriableError } from '../../src/record/index.js';
import { eventually } from './eventually.js';
import { headerText } from '../../src/record/index.js';
import { TestKafka, uniqueName } from './test-kafka.js';
import { consumerOf, startTestService, type TestService } from './test-service.js';

/** One attempt at one record. */
export interface Attempt {
  readonly member: string;
  readonly key: string;
  readonly number: number;
  readonly attempt: number;
  readonly topic: string;
  readonly origin: string;
  /** Epoch ms. */
  readonly at: number;
  /** What its record says; undefined on the source. */
  readonly notBefore: number | undefined;
  readonly failed: boolean;
}

export interface RetryingGroupOptions {
  readonly partitions?: number;
  readonly environment?: Record<string, string>;
}

/** Members of one group with retry topics, in one process, whose handlers fail as they are told. */
export class RetryingGroup {
  readonly topic = uniqueName('retried');
  readonly group = uniqueName('retried-group');
  readonly attempts: Attempt[] = [];
  readonly overlaps: string[] = [];
  /** Whether that attempt at that record fails. */
  fails: (number: number, attempt: number) => boolean = () => false;
  workMs = 0;
  private readonly busy = new Set<string>();
  private readonly services = new Map<string, TestService>();
  private published = 0;

  private constructor(
    readonly kafka: TestKafka,
    private readonly options: RetryingGroupOptions,
  ) {}

  static async create(options: RetryingGroupOptions = {}): Promise<RetryingGroup> {
    const group = new RetryingGroup(await TestKafka.connect(), options);
    const { partitions = 1 } = options;
    for (const topic of [group.topic, group.deadLetters, group.retry(1), group.retry(2)]) {
      await group.kafka.createTopic(topic, partitions);
    }
    return group;
  }

  get deadLetters(): string {
    return `${this.topic}.${this.group}.dlq`;
  }

  get redrive(): string {
    return `${this.topic}.${this.group}.redrive`;
  }

  retry(level: number): string {
    return `${this.topic}.${this.group}.retry.${level}`;
  }

  async join(name = 'only'): Promise<TestService> {
    const service = await startTestService({
      consumers: [consumerOf('retrying', [this.controllerOf(name)])],
      environment: {
        RETRYING_MAX_RETRIES: '1',
        RETRYING_RETRY_BACKOFF: '20ms',
        RETRYING_RETRY_TOPIC_DELAYS: '2s,2s',
        RETRYING_BREAKER: '0',
        ...this.options.environment,
      },
    });
    this.services.set(name, service);
    return service;
  }

  async leave(name = 'only'): Promise<void> {
    const service = this.services.get(name)!;
    this.services.delete(name);
    if (!(await service.stop())) throw new Error(`${name} did not end in order`);
  }

  /** One record for each key, in that order; each in the partition that its key belongs to. Returns their numbers. */
  async publish(keys: readonly string[]): Promise<number[]> {
    const numbers = keys.map(() => (this.published += 1));
    const records = keys.map((key, index) => ({
      key,
      value: JSON.stringify({ number: numbers[index] }),
      headers: { 'x-own': `own of ${numbers[index]}` },
    }));
    await this.kafka.publish(this.topic, records);
    return numbers;
  }

  of(number: number): Attempt[] {
    return this.attempts.filter((attempt) => attempt.number === number);
  }

  /** The numbers of a key in the order in which they were handled without failing. */
  done(key: string): number[] {
    return this.attempts
      .filter((attempt) => attempt.key === key && !attempt.failed)
      .map(({ number }) => number);
  }

  /** Attempts that came before their time. */
  early(): Attempt[] {
    return this.attempts.filter(({ at, notBefore }) => notBefore !== undefined && at < notBefore);
  }

  async isDone(...numbers: readonly number[]): Promise<void> {
    const isDone = (number: number): boolean =>
      this.attempts.some((attempt) => attempt.number === number && !attempt.failed);
    await eventually(() => numbers.every(isDone), `${numbers.join(', ')} are done`);
  }

  /** Everything in the source and in the retry topics is committed. */
  async settled(): Promise<void> {
    for (const topic of [this.topic, this.retry(1), this.retry(2)]) {
      await this.kafka.allCommitted(this.group, topic);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.services.values()].map((service) => service.stop()));
    await this.kafka.close();
  }

  async handle(member: string, number: number, context: RecordContext): Promise<void> {
    const { record, origin, attempt } = context;
    const key = record.key!.toString();
    const text = headerText(record.headers, 'x-retry-not-before');
    const failed = this.fails(number, attempt);
    if (this.busy.has(key)) this.overlaps.push(key);
    this.busy.add(key);
    this.attempts.push({
      member,
      key,
      number,
      attempt,
      topic: record.topic,
      origin: `${origin.topic}-${origin.partition}@${origin.offset}`,
      at: Date.now(),
      notBefore: record.topic === this.topic || text === undefined ? undefined : Number(text),
      failed,
    });
    if (this.workMs > 0) await new Promise((resolve) => setTimeout(resolve, this.workMs));
    this.busy.delete(key);
    if (failed) throw new RetriableError(`record ${number} is to fail`);
  }

  private controllerOf(name: string) {
    const { topic } = this;
    const handle = this.handle.bind(this);

    @Controller()
    @ConsumerGroup('retrying', { groupId: this.group })
    class RetryingController {
      @EventPattern([topic])
      handle(
        @Payload() { number }: { number: number },
        @Ctx() context: RecordContext,
      ): Promise<void> {
        return handle(name, number, context);
      }
    }
    return RetryingController;
  }
}
