import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { RecordObserver } from '../observability/index.js';
import { LagMonitor, TopicGuard } from './admin/index.js';
import { AdminClient } from './client/index.js';
import { GroupConsumer } from './consumer/group-consumer.js';
import type { GroupPlan, TopicPlan } from './consumer/group-plan.js';
import { statusOf, type ConsumerStatus } from './consumer/consumer-status.js';
import { fitConcurrency } from './consumer/process-limits.policy.js';
import { HandlerRegistry, type BoundHandler } from './handlers/index.js';
import { StartConditions } from './ports/index.js';
import { RecordProcessor } from './record-processor.js';

/**
 * All consumer groups of the process: one Kafka consumer each, with its own part of the process's limits, so that none
 * can stall another. Starts them, stops them in order, and tells how they are.
 */
@Injectable()
export class ConsumerGroups {
  private readonly logger = new Logger(ConsumerGroups.name);
  private groups: GroupConsumer[] = [];
  private stopping: Promise<boolean> | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly registry: HandlerRegistry,
    private readonly processor: RecordProcessor,
    private readonly conditions: StartConditions,
    private readonly topics: TopicGuard,
    private readonly lag: LagMonitor,
    private readonly admin: AdminClient,
    private readonly observer: RecordObserver,
  ) {}

  start(): void {
    if (this.groups.length > 0) return;
    this.groups = this.plan().map((plan) => this.createGroup(plan));
    for (const group of this.groups) group.start();
    this.lag.start(this.registry.all.map(({ description }) => description));
  }

  /**
   * Stops all groups: see `GroupConsumer.stop`. True when every group drained and committed before the deadline
   * (performance.now). Asking again gives the first answer.
   */
  stop(deadline: number): Promise<boolean> {
    this.stopping ??= this.stopAll(deadline);
    return this.stopping;
  }

  /** How each consumer is, by name. */
  statuses(): ConsumerStatus[] {
    return this.groups.flatMap((group) => statusOf(group));
  }

  /** Ends the waits of a consumer for a dependency that answers again. */
  wake(consumer: string, dependency: string): void {
    for (const group of this.groups) group.wake(consumer, dependency);
  }

  private async stopAll(deadline: number): Promise<boolean> {
    const stopped = await Promise.all(this.groups.map((group) => group.stop(deadline)));
    await this.lag.stop();
    await this.admin.close();
    return stopped.every(Boolean);
  }

  private createGroup(plan: GroupPlan): GroupConsumer {
    const { maxBufferedRecords, maxBufferedBytes } = this.settings.kafka;
    const groups = new Set(this.registry.all.map(({ description }) => description.groupId)).size;
    const share = {
      bufferedRecords: Math.max(1, Math.floor(maxBufferedRecords / groups)),
      bufferedBytes: Math.max(1, Math.floor(maxBufferedBytes / groups)),
    };
    const handlers = this.registry.all.filter(
      ({ description }) => description.groupId === plan.groupId,
    );
    return new GroupConsumer(plan, share, {
      settings: this.settings.kafka,
      observer: this.observer,
      unmet: () => this.unmet(handlers),
      offsets: (topic) => this.admin.offsets(topic),
    });
  }

  private async unmet(handlers: readonly BoundHandler[]): Promise<string | undefined> {
    for (const consumer of new Set(handlers.map(({ description }) => description.consumer))) {
      const condition = await this.conditions.unmet(consumer);
      if (condition !== undefined) return condition;
    }
    const missing = await this.topics.missing(handlers);
    if (missing.length === 0) return undefined;
    return `missing topics: ${missing.join(', ')} (create them, or set KAFKA_AUTO_CREATE_TOPICS=true)`;
  }

  private plan(): GroupPlan[] {
    const wanted = new Map(
      this.registry.all.map(({ description, concurrency }) => [description.consumer, concurrency]),
    );
    const { maxInFlight } = this.settings.kafka;
    const fitted = fitConcurrency(wanted, maxInFlight);
    if (fitted !== wanted) {
      const message = `the consumers' concurrency is scaled down to KAFKA_MAX_IN_FLIGHT=${maxInFlight}`;
      this.logger.warn(message, { concurrency: Object.fromEntries(fitted) });
    }
    const groups = new Map<string, Map<string, TopicPlan>>();
    for (const handler of this.registry.all) {
      const { groupId, topic, consumer } = handler.description;
      const topics = groups.get(groupId) ?? new Map<string, TopicPlan>();
      groups.set(groupId, topics);
      topics.set(topic, {
        handler: handler.description,
        ordering: handler.ordering,
        concurrency: fitted.get(consumer)!,
        partitionWindow: handler.partitionWindow,
        process: this.processor.compose(handler),
      });
    }
    return [...groups].map(([groupId, topics]) => ({ groupId, topics }));
  }
}
