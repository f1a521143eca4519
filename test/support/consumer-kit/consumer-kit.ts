import { isDeepStrictEqual, inspect } from 'node:util';
import { Module, type INestApplication, type Provider, type Type } from '@nestjs/common';
import { consumerPrefix, defineConsumer } from '../../../src/config/index.js';
import { discoverConsumers, type DiscoveredConsumer } from '../../../src/discover-consumers.js';
import type { TopicPlan } from '../../../src/kafka/consumer/group-plan.js';
import { consumerGroupOf } from '../../../src/kafka/index.js';
import {
  DeliveryAbandoned,
  type KafkaRecord,
  type Outcome,
  type OutgoingRecord,
} from '../../../src/record/index.js';
import { deadLetterAmong, type Delivered } from './delivered.js';
import { KeptPublications } from './kept-publications.js';
import { startApplication, topicPlansOf, type ApplicationOptions } from './kit-application.js';
import { kitDelivery, SkippedWaits, transactedBy } from './kit-delivery.js';
import { KitLog, type KitRecord } from './kit-record.js';

export interface KitOptions extends ApplicationOptions {
  /** What the controller needs, for `of`. */
  readonly providers?: readonly Provider[];
  /**
   * Every record is delivered twice, as after a crash behind its effect and before its commit, and the kit fails when
   * the second time changes what this returns. The handler really runs twice: its messages are remembered only in the
   * store that the environment names (`<CONSUMER>_IDEMPOTENCY`).
   */
  readonly everyRecordTwice?: () => unknown;
}

const CONSUMERS = new URL('../../../src/consumers/', import.meta.url);

/**
 * One consumer and its records, without a broker: a record goes in, what became of it comes out. In between is what
 * there is in production: decoding, the policies in their order, guards, pipes, interceptors, filters, the handler,
 * dead letters. Not there: order and concurrency of records, commits, deadlines; and no backoff is waited for.
 */
export class ConsumerKit {
  private readonly log = new KitLog();
  private epoch = 0;

  private constructor(
    private readonly application: INestApplication,
    private readonly publications: KeptPublications,
    private readonly plans: ReadonlyMap<string, TopicPlan>,
    private readonly effects: KitOptions['everyRecordTwice'],
  ) {}

  /** A controller with its providers. */
  static of(controller: Type, options: KitOptions = {}): Promise<ConsumerKit> {
    class KitModule {}
    Module({ controllers: [controller], providers: [...(options.providers ?? [])] })(KitModule);
    const name = consumerGroupOf(controller)?.consumer ?? kebabCase(controller.name);
    return ConsumerKit.start(
      {
        declaration: defineConsumer({ name }),
        module: KitModule,
        controllers: [controller],
        commands: [],
      },
      options,
    );
  }

  /** The consumer of a folder of `src/consumers`, with its module, its keys and its own providers. */
  static async inFolder(name: string, options: KitOptions = {}): Promise<ConsumerKit> {
    const found = await discoverConsumers([CONSUMERS]);
    const consumer = found.find(({ declaration }) => declaration.name === name);
    if (consumer === undefined) throw new Error(`no folder of src/consumers holds ${name}`);
    return ConsumerKit.start(consumer, options);
  }

  static async start(consumer: DiscoveredConsumer, options: KitOptions = {}): Promise<ConsumerKit> {
    const { everyRecordTwice: effects, environment } = options;
    const publications = new KeptPublications();
    const forgetful = { [`${consumerPrefix(consumer.declaration.name)}IDEMPOTENCY`]: 'none' };
    const application = await startApplication(consumer, publications, {
      ...options,
      environment: { ...(effects === undefined ? {} : forgetful), ...environment },
    });
    return new ConsumerKit(application, publications, topicPlansOf(application), effects);
  }

  /** Handles a record to its end. Records given at once are handled at once, of one key too. */
  async deliver(given: KitRecord): Promise<Delivered> {
    const plan = this.planOf(given.topic);
    const record = this.log.append(given, given.topic ?? plan.handler.topic);
    const delivered = await this.handle(record, plan);
    if (this.effects !== undefined) await this.repeat(record, plan, this.effects);
    return delivered;
  }

  /** Of the application, such as a repository that a spec looks into. */
  get<Instance>(type: abstract new (...parameters: never[]) => Instance): Instance {
    return this.application.get(type as never, { strict: false });
  }

  close(): Promise<void> {
    return this.application.close();
  }

  private async handle(record: KafkaRecord, plan: TopicPlan): Promise<Delivered> {
    const waits = new SkippedWaits();
    const published: OutgoingRecord[] = [];
    this.epoch += 1;
    const delivery = kitDelivery(record, plan, { waits, epoch: this.epoch });
    const outcome = await this.publications
      .during(published, () => plan.process(delivery))
      .catch(orWaiting(waits));
    published.push(...transactedBy(delivery));
    return {
      outcome: outcome?.kind,
      skippedFor: outcome?.kind === 'skipped' ? outcome.reason : undefined,
      waitingFor: waits.dependency,
      attempts: delivery.attempt,
      waits: waits.milliseconds,
      deadLetter: deadLetterAmong(published, outcome),
      published,
    };
  }

  private async repeat(
    record: KafkaRecord,
    plan: TopicPlan,
    effects: () => unknown,
  ): Promise<void> {
    const before = structuredClone(await effects());
    await this.handle(record, plan);
    const after = structuredClone(await effects());
    if (isDeepStrictEqual(before, after)) return;
    const [once, twice] = [before, after].map((state) => inspect(state, { depth: 6 }));
    throw new Error(
      `${plan.handler.handler} is not idempotent: handling a record twice left\n${twice}\ninstead of\n${once}`,
    );
  }

  private planOf(topic: string | undefined): TopicPlan {
    const sources = [...this.plans.values()].filter(({ own }) => own === undefined);
    const plan = topic === undefined ? sources[0] : this.plans.get(topic);
    if (topic === undefined && sources.length > 1) {
      throw new Error(`the consumer reads several topics: say which one the record is on`);
    }
    if (plan === undefined) throw new Error(`no handler reads topic ${topic}`);
    return plan;
  }
}

/** A delivery that was abandoned because it waits has no outcome; nothing else may reject. */
function orWaiting(waits: SkippedWaits): (error: unknown) => Outcome | undefined {
  return (error) => {
    if (error instanceof DeliveryAbandoned && waits.dependency !== undefined) return undefined;
    throw error;
  };
}

function kebabCase(controller: string): string {
  return controller
    .replace(/Controller$/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}
