import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { HeadBlockedGrace } from './consumer/deadlines/index.js';
import type { GroupPlan, GroupShare, OwnTopicPlan, TopicPlan } from './consumer/group-plan.js';
import type { KafkaRecord, RecordHistory } from '../record/index.js';
import { fitConcurrency } from './consumer/process-limits.policy.js';
import { refuseUnreachableFlush } from './flush-size-check.js';
import { HandlerRegistry, type BoundHandler } from './handlers/index.js';
import { OwnTopics, StartBrakes, type OwnTopic } from './ports/index.js';
import { RecordProcessor } from './record-processor.js';

/** A group with its handlers and its part of the process's limits. */
export interface PlannedGroup {
  readonly plan: GroupPlan;
  readonly share: GroupShare;
  readonly handlers: readonly BoundHandler[];
}

/**
 * Turns the bound handlers into groups and divides the process's limits among them, once at start. Fixed parts, so that
 * no group and no consumer can take what another needs.
 */
@Injectable()
export class GroupPlanner {
  private readonly logger = new Logger(GroupPlanner.name);

  constructor(
    private readonly settings: Settings,
    private readonly registry: HandlerRegistry,
    private readonly processor: RecordProcessor,
    private readonly grace: HeadBlockedGrace,
    private readonly brakes: StartBrakes,
    private readonly own: OwnTopics,
  ) {}

  plan(): PlannedGroup[] {
    const windows = this.windows();
    const groups = this.handlersByGroup();
    const { maxBufferedRecords, maxBufferedBytes } = this.settings.kafka;
    const share = {
      bufferedRecords: Math.max(1, Math.floor(maxBufferedRecords / groups.size)),
      bufferedBytes: Math.max(1, Math.floor(maxBufferedBytes / groups.size)),
    };
    for (const handler of this.registry.all) refuseUnreachableFlush(handler, share);
    return [...groups].map(([groupId, handlers]) => ({
      handlers,
      share,
      plan: { groupId, topics: this.topicPlans(handlers, windows) },
    }));
  }

  /** The handlers' sources, and the group's own topics beside them. */
  private topicPlans(
    handlers: readonly BoundHandler[],
    windows: ReadonlyMap<string, number>,
  ): ReadonlyMap<string, TopicPlan> {
    const plans = new Map<string, TopicPlan>();
    for (const handler of handlers) {
      const { description } = handler;
      const plan = this.topicPlan(handler, windows);
      plans.set(description.topic, plan);
      for (const topic of this.own.of(description)) {
        // A handler that reads it by its name has it to itself.
        const isTaken = handlers.some((other) => other.description.topic === topic.topic);
        if (!isTaken) plans.set(topic.topic, { ...plan, own: this.ownPlan(topic) });
      }
    }
    return plans;
  }

  private ownPlan(topic: OwnTopic): OwnTopicPlan {
    const { level, delayMs, isOptional } = topic;
    const historyOf = (record: KafkaRecord): RecordHistory => this.own.historyOf(record, topic);
    return { level, delayMs, isOptional, historyOf };
  }

  /** The levels that later records of a key wait behind. Without an order of keys there is none to keep. */
  private orderedLevels({ description, ordering }: BoundHandler): number {
    if (ordering === 'none' || !this.own.keepsOrder(description)) return 0;
    return this.own.of(description).filter(({ level }) => level > 0).length;
  }

  private handlersByGroup(): ReadonlyMap<string, readonly BoundHandler[]> {
    const groups = new Map<string, BoundHandler[]>();
    for (const handler of this.registry.all) {
      const { groupId } = handler.description;
      groups.set(groupId, [...(groups.get(groupId) ?? []), handler]);
    }
    return groups;
  }

  private topicPlan(handler: BoundHandler, windows: ReadonlyMap<string, number>): TopicPlan {
    return {
      handler: handler.description,
      ordering: handler.ordering,
      orderedLevels: this.orderedLevels(handler),
      concurrency: windows.get(handler.description.consumer)!,
      partitionWindow: handler.partitionWindow,
      deadline: {
        timeoutMs: handler.timeoutMs,
        graceMs: this.grace.milliseconds,
        headBlocked: handler.headBlocked,
      },
      brake: this.brakes.of(handler.description),
      process: this.processor.compose(handler),
      batch: handler.batch?.limits,
      flush: handler.flush,
      ...this.processor.transact(handler),
    };
  }

  private windows(): ReadonlyMap<string, number> {
    const wanted = new Map(
      this.registry.all.map(({ description, concurrency }) => [description.consumer, concurrency]),
    );
    const { maxInFlight } = this.settings.kafka;
    const fitted = fitConcurrency(wanted, maxInFlight);
    if (fitted !== wanted) {
      const message = `the consumers' concurrency is scaled down to KAFKA_MAX_IN_FLIGHT=${maxInFlight}`;
      this.logger.warn(message, { concurrency: Object.fromEntries(fitted) });
    }
    return fitted;
  }
}
