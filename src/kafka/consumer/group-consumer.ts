import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { KafkaSettings } from '../../config/index.js';
import type { RecordObserver } from '../../observability/index.js';
import {
  GroupClient,
  type Assignment,
  type AssignmentStrategy,
  type CommittedOffset,
  type FetchedBatch,
  type GroupClientListener,
  type Membership,
} from '../client/index.js';
import { companionsOf, cooperativeStrategy } from './assignment/index.js';
import type { RecordFlights } from './crashes/index.js';
import { GroupEngine } from './group-engine.js';
import { GroupLifecycle } from './group-lifecycle.js';
import type { GroupPlan, GroupShare } from './group-plan.js';
import { GroupSupervisor, Watchdog } from './supervision/index.js';
import { watchHeads } from './group-heads.js';
import type { HeadWatch } from './heads/index.js';
import { OffsetCommitter } from './offset-committer.js';
import { OffsetReset } from './offset-reset.js';
import { PositionCheck } from './position-check.js';
import { Rebalance } from './rebalance.js';

export interface GroupConsumerOptions {
  readonly settings: KafkaSettings;
  readonly observer: RecordObserver;
  /** Where a crash journal is kept. */
  readonly flights?: RecordFlights | undefined;
  /** What the group still lacks before it may start, in words. Asked before each start. */
  readonly unmet: () => Promise<string | undefined>;
  readonly offsets: (
    topic: string,
  ) => Promise<readonly { partition: number; start: number; end: number }[]>;
  /** The group's committed offsets of a topic, read without being a member. */
  readonly committed: (topic: string) => Promise<readonly { partition: number; offset: number }[]>;
}

/**
 * One consumer group in this process, from start to stop. Whatever ends kafkajs's loop, this starts it again: a missing
 * topic, a broker or a store that is down are one case, named and re-checked.
 */
export class GroupConsumer implements GroupClientListener {
  readonly engine: GroupEngine;
  readonly committer: OffsetCommitter;
  readonly lifecycle: GroupLifecycle;
  readonly heads: HeadWatch;
  readonly rebalance: Rebalance;
  /** False when the supervision itself has ended although nobody stopped it: only a new process helps. */
  isAlive = true;
  private readonly logger: Logger;
  private client: GroupClient | undefined;
  private supervision: Promise<void> | undefined;
  private readonly stopRequested = new AbortController();
  private readonly supervisor = new GroupSupervisor({
    stopRequested: this.stopRequested.signal,
    unmet: () => this.unmet(),
    runOnce: () => this.runOnce(),
    waitsFor: (reason) => this.lifecycle.to('waiting', reason),
  });
  private readonly watchdog: Watchdog;
  private finishing: Promise<boolean> | undefined;
  private readonly positions: PositionCheck;
  private reset: OffsetReset | undefined;
  private endRun: (error?: Error) => void = () => undefined;

  constructor(
    readonly plan: GroupPlan,
    share: GroupShare,
    private readonly options: GroupConsumerOptions,
  ) {
    const { settings, observer } = options;
    this.logger = new Logger(`group ${plan.groupId}`);
    this.engine = new GroupEngine(plan, share, {
      sessionTimeoutMs: settings.sessionTimeoutMs,
      observer,
      flights: options.flights,
    });
    this.committer = new OffsetCommitter(plan.groupId, settings.commitIntervalMs, {
      partitions: () => this.engine.table.claimed(),
      told: (partition) => this.engine.reconsider(partition),
    });
    this.positions = new PositionCheck({
      policy: settings.autoOffsetReset,
      topics: [...plan.topics.keys()],
      ...options,
    });
    this.heads = watchHeads(plan, this.engine, observer);
    this.rebalance = new Rebalance(
      plan.groupId,
      this.engine,
      this.committer,
      settings.rebalanceTimeoutMs,
    );
    this.lifecycle = new GroupLifecycle((state, reason) => {
      const fields = { groupId: plan.groupId, reason };
      if (state === 'waiting') this.logger.warn(`group ${state}`, fields);
      else this.logger.log(`group ${state}`, fields);
    });
    this.watchdog = new Watchdog({
      ...settings,
      isJoined: () => this.lifecycle.state === 'running',
      expired: (error) => this.crashed(error),
    });
  }

  /** Starts in the background; problems show in the lifecycle and never reject. */
  start(): void {
    this.heads.start();
    this.supervision ??= this.supervisor.run().catch((error: unknown) => {
      this.isAlive = false;
      this.logger.error('the supervision of the group has ended', error);
    });
  }

  /**
   * Starts no more records, gives waiting ones back, waits for those under way, commits, leaves the group. True when
   * all of that was done before the deadline (performance.now).
   */
  async stop(deadline: number): Promise<boolean> {
    this.lifecycle.to('draining');
    this.stopRequested.abort();
    this.engine.freeze();
    this.engine.abandonSuspended();
    this.rebalance.stop();
    this.finishing = this.rebalance.finishUnderWay(deadline);
    const isFinished = await this.finishing;
    this.heads.stop();
    this.committer.stop();
    await this.client?.stop();
    this.endRun();
    // What it may still be asking of a broker that is gone ends by itself and starts nothing any more.
    await Promise.race([
      this.supervision,
      sleep(Math.max(0, deadline - performance.now()), undefined, { ref: false }),
    ]);
    this.engine.dropEverything();
    this.lifecycle.to('stopped');
    return isFinished;
  }

  wake(consumer: string, dependency: string): void {
    this.engine.wake(consumer, dependency);
  }

  async beforeJoin(): Promise<void> {
    this.lifecycle.to('rebalancing');
    this.watchdog.sign();
    await this.rebalance.beforeJoin(this.finishing);
  }

  joined(membership: Membership, assignment: Assignment): void {
    const { retained, added, renewed, revoked, lost } = this.rebalance.joined(
      membership,
      assignment,
    );
    this.logger.log('assignment', {
      generation: membership.generation,
      retained: retained.map(({ name }) => name),
      added: added.map(({ name }) => name),
      revoked: revoked.map(({ name }) => name),
      lost: lost.map(({ name }) => name),
    });
    this.lifecycle.to('running');
    this.watchdog.sign();
    if (this.stopRequested.signal.aborted) return;
    this.engine.unfreeze();
    this.reset?.place(added.filter((partition) => !renewed.includes(partition)));
    this.reset?.renew(renewed);
  }

  heartbeatAccepted(sentAt: number): void {
    this.watchdog.sign();
    this.engine.heartbeatAccepted(sentAt);
  }

  offsetsRead(offsets: readonly CommittedOffset[]): void {
    this.engine.table.inherit(offsets);
  }

  membershipLost(): void {
    this.engine.dropEverything();
  }

  fetched(batch: FetchedBatch): boolean {
    return this.engine.take(batch);
  }

  hold(heartbeat: () => Promise<void>): Promise<void> {
    return this.engine.hold(heartbeat);
  }

  advanced(topic: string, partition: number, nextOffset: number): void {
    this.engine.advance(topic, partition, nextOffset);
  }

  outOfRange(topic: string, partition: number, position: number): void {
    this.reset?.outOfRange(topic, partition, position);
  }

  crashed(error: Error): void {
    this.positions.note(error);
    this.endRun(error);
  }

  private async unmet(): Promise<string | undefined> {
    return (await this.options.unmet()) ?? (await this.positions.unmet());
  }

  /** One life of a connection: resolves with what ended it, or undefined when it was a stop. */
  private async runOnce(): Promise<Error | undefined> {
    if (!this.lifecycle.to('joining')) return undefined;
    const { settings } = this.options;
    const client = new GroupClient(settings, this.rebalance.place, this.strategy(), this);
    const ended = new Promise<Error | undefined>((resolve) => (this.endRun = resolve));
    this.client = client;
    this.engine.attach(client);
    this.reset = new OffsetReset({
      policy: settings.autoOffsetReset,
      offsets: this.options.offsets,
      client,
      engine: this.engine,
      fail: (refused) => this.crashed(refused),
    });
    this.rebalance.attach(client);
    this.committer.start(client);
    client
      .start([...this.plan.topics.keys()])
      .catch((error: unknown) => this.endRun(error as Error));
    this.watchdog.sign();
    this.watchdog.start();
    const error = await ended;
    this.watchdog.stop();
    if (this.stopRequested.signal.aborted) return undefined;
    // A new connection is a new member, so nothing of the old assignment can be committed any more.
    this.engine.freeze();
    this.engine.dropEverything();
    this.committer.stop();
    await client.stop();
    return error;
  }

  private strategy(): AssignmentStrategy {
    const isLeaving = (): boolean => this.stopRequested.signal.aborted;
    return cooperativeStrategy(this.engine.table, companionsOf(this.plan.groupId), isLeaving);
  }
}
