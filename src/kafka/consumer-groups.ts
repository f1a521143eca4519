import { Injectable } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { RecordObserver } from '../observability/index.js';
import { LagMonitor } from './admin/index.js';
import { AdminClient, TopicReaderClient } from './client/index.js';
import { CrashGuard } from './consumer/crashes/index.js';
import { statusOf, type ConsumerStatus } from './consumer/consumer-status.js';
import { activityOf, type GroupActivity } from './consumer/group-activity.js';
import { GroupConsumer } from './consumer/group-consumer.js';
import { GroupPlanner, type PlannedGroup } from './group-planner.js';
import { StartGate } from './start-gate.js';

/**
 * All consumer groups of the process, one Kafka consumer each. Starts them, stops them in order, and tells how they are.
 */
@Injectable()
export class ConsumerGroups {
  private groups: GroupConsumer[] = [];
  private crashes: CrashGuard | undefined;
  private stopping: Promise<boolean> | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly planner: GroupPlanner,
    private readonly gate: StartGate,
    private readonly lag: LagMonitor,
    private readonly admin: AdminClient,
    private readonly observer: RecordObserver,
  ) {}

  start(): void {
    if (this.groups.length > 0) return;
    const planned = this.planner.plan();
    this.crashes = CrashGuard.open(this.settings.kafka.crashJournal);
    this.groups = planned.map((group) => this.createGroup(group));
    for (const group of this.groups) group.start();
    this.lag.start(
      planned.flatMap(({ handlers }) => handlers.map(({ description }) => description)),
    );
  }

  /**
   * Stops all groups: see `GroupConsumer.stop`. True when every group drained and committed before the deadline
   * (performance.now). Asking again gives the first answer.
   */
  stop(deadline: number): Promise<boolean> {
    this.stopping ??= this.stopAll(deadline);
    return this.stopping;
  }

  /** How each consumer is. */
  statuses(): ConsumerStatus[] {
    return this.groups.flatMap((group) => statusOf(group));
  }

  /** What each group has done and holds, in numbers. */
  activities(): GroupActivity[] {
    return this.groups.map((group) => activityOf(group));
  }

  /** Ends the waits of a consumer for a dependency that answers again. */
  wake(consumer: string, dependency: string): void {
    for (const group of this.groups) group.wake(consumer, dependency);
  }

  private async stopAll(deadline: number): Promise<boolean> {
    this.crashes?.close();
    // First: a group that still asks what it lacks, or a reading of lag, must not hold the stop up.
    await this.admin.stop();
    const stopped = await Promise.all(this.groups.map((group) => group.stop(deadline)));
    await this.lag.stop();
    return stopped.every(Boolean);
  }

  private createGroup({ plan, share, handlers }: PlannedGroup): GroupConsumer {
    return new GroupConsumer(plan, share, {
      settings: this.settings.kafka,
      observer: this.observer,
      flights: this.crashes?.flightsOf(plan.groupId),
      unmet: () => this.gate.unmet(handlers),
      offsets: (topic) => this.admin.offsets(topic),
      committed: (topic) => this.admin.committedOffsets(plan.groupId, topic),
      existing: () => this.admin.listTopics(),
      openReader: () => new TopicReaderClient(this.settings.kafka),
    });
  }
}
