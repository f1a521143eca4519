import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type {
  Assignment,
  CommittedOffset,
  FetchedBatch,
  GroupClientListener,
  Membership,
} from '../client/index.js';
import type { GroupConsumerOptions } from './group-consumer.options.js';
import { GroupEngine } from './group-engine.js';
import { loggedLifecycle, type GroupLifecycle } from './group-lifecycle.js';
import { keepsOrderOverRetries, sourcesOf, type GroupPlan, type GroupShare } from './group-plan.js';
import { GroupRun } from './group-run.js';
import { GroupSupervisor, Watchdog } from './supervision/index.js';
import { watchHeads } from './group-heads.js';
import type { HeadWatch } from './heads/index.js';
import { OffsetCommitter } from './offset-committer.js';
import { PositionCheck } from './position-check.js';
import { Rebalance } from './rebalance.js';
import { OrderNotKeptError } from './retry-order/index.js';
import { Subscription } from './subscription.js';

/** What runs may take this long to end before the group joins anew to read a topic more. */
const LONGEST_RENEWAL_MS = 10_000;

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
  readonly subscription: Subscription;
  run: GroupRun | undefined;
  private isRenewing = false;
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
      topics: sourcesOf(plan).map(({ topic }) => topic),
      ...options,
    });
    this.subscription = new Subscription({
      plan,
      existing: options.existing,
      appeared: (topic) => void this.renew(topic),
    });
    this.heads = watchHeads(plan, this.engine, observer);
    this.rebalance = new Rebalance(
      plan.groupId,
      this.engine,
      this.committer,
      settings.rebalanceTimeoutMs,
    );
    this.lifecycle = loggedLifecycle(plan.groupId, this.logger);
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
    this.subscription.stop();
    await this.run?.stop();
    this.run?.end();
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
    if (this.stopRequested.signal.aborted || this.isRenewing) return;
    if (!membership.areClaimsHonoured && keepsOrderOverRetries(this.plan)) {
      // Whoever gives partitions out without looking at what goes together parts a key's records.
      this.engine.freeze();
      return this.crashed(new OrderNotKeptError());
    }
    this.engine.unfreeze();
    this.run?.begin(added, renewed);
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
    this.run?.outOfRange(topic, partition, position);
  }

  crashed(error: Error): void {
    this.positions.note(error);
    this.run?.end(error);
  }

  private async unmet(): Promise<string | undefined> {
    const unmet = (await this.options.unmet()) ?? (await this.positions.unmet());
    if (unmet === undefined) await this.subscription.look();
    return unmet;
  }

  /** Joins anew because there is a topic more to read, once what runs has ended and is committed. */
  private async renew(topic: string): Promise<void> {
    if (this.stopRequested.signal.aborted || this.isRenewing) return;
    this.isRenewing = true;
    this.lifecycle.to('waiting', `joins anew to read ${topic}`);
    this.engine.freeze();
    this.engine.abandonSuspended();
    await this.rebalance.finishUnderWay(performance.now() + LONGEST_RENEWAL_MS);
    this.isRenewing = false;
    this.run?.end();
  }

  /** One life of a connection: resolves with what ended it, or undefined when it was a stop. */
  private async runOnce(): Promise<Error | undefined> {
    if (!this.lifecycle.to('joining')) return undefined;
    const { settings, offsets, openReader } = this.options;
    const run = new GroupRun({
      settings,
      plan: this.plan,
      engine: this.engine,
      place: this.rebalance.place,
      isLeaving: () => this.stopRequested.signal.aborted,
      listener: this,
      offsets,
      openReader,
    });
    this.run = run;
    this.engine.attach(run.client);
    this.rebalance.attach(run.client);
    this.committer.start(run.client);
    run.start(this.subscription.topics);
    this.watchdog.sign();
    this.watchdog.start();
    const error = await run.ended;
    this.watchdog.stop();
    if (this.stopRequested.signal.aborted) return undefined;
    // A new connection is a new member, so nothing of the old assignment can be committed any more.
    this.engine.freeze();
    this.engine.dropEverything();
    this.committer.stop();
    await run.stop();
    return error;
  }
}
