import type { KafkaSettings } from '../../config/index.js';
import { GroupClient, type GroupClientListener, type GroupPlace } from '../client/index.js';
import type { AssignedPartition } from './assigned-partition.js';
import { companionsOf, cooperativeStrategy } from './assignment/index.js';
import { BacklogScan, type BacklogReader } from './backlog-scan.js';
import type { GroupEngine } from './group-engine.js';
import type { GroupPlan } from './group-plan.js';
import { OffsetReset } from './offset-reset.js';
import { PartitionSessions } from './transactions/index.js';

export interface GroupRunOptions {
  readonly settings: KafkaSettings;
  readonly plan: GroupPlan;
  readonly engine: GroupEngine;
  readonly place: GroupPlace;
  /** Whether this member is about to leave and wants nothing new. */
  readonly isLeaving: () => boolean;
  readonly listener: GroupClientListener;
  readonly offsets: (
    topic: string,
  ) => Promise<readonly { partition: number; start: number; end: number }[]>;
  readonly openReader: () => BacklogReader;
}

/** One life of a group's connection, with what is asked over it of the partitions that it brings. Used once. */
export class GroupRun {
  readonly client: GroupClient;
  /** With what ended it; with nothing when that was wanted. */
  readonly ended: Promise<Error | undefined>;
  /** Ends it. Only the first call counts. */
  end: (error?: Error) => void = () => undefined;
  readonly scan: BacklogScan;
  private readonly reset: OffsetReset;
  private readonly sessions: PartitionSessions;

  constructor(options: GroupRunOptions) {
    const { settings, plan, engine, listener } = options;
    const sourceOf = companionsOf(plan.groupId);
    const strategy = cooperativeStrategy(engine.table, sourceOf, options.isLeaving);
    this.ended = new Promise((resolve) => (this.end = resolve));
    this.client = new GroupClient(settings, options.place, strategy, listener);
    this.reset = new OffsetReset({
      policyOf: (topic) =>
        plan.topics.get(topic)?.own === undefined ? settings.autoOffsetReset : 'earliest',
      offsets: options.offsets,
      client: this.client,
      engine: engine.positions,
      fail: (refused) => listener.crashed(refused),
    });
    this.scan = new BacklogScan({
      open: options.openReader,
      committed: (partitions) => this.client.committed(partitions),
      known: (unit) => engine.opened(unit),
    });
    this.sessions = new PartitionSessions({
      plan,
      lease: engine.lease,
      positions: engine.positions,
      claimed: () => engine.table.claimed(),
      committed: (partitions) => this.client.committed(partitions),
      place: (partition) => this.reset.place([partition]),
      prepared: (partition) => this.scan.add([partition]),
      giveUp: (partition) => {
        if (engine.release(partition)) this.client.rejoin();
      },
    });
    engine.positions.onReopen((partition) => this.reopened(partition));
  }

  start(topics: readonly string[]): void {
    this.client.start(topics).catch((error: unknown) => this.end(error as Error));
  }

  /** Finds out what has to be known of new partitions. `renewed`: those of them whose topic was made anew. */
  begin(added: readonly AssignedPartition[], renewed: readonly AssignedPartition[]): void {
    const isPlain = ({ isTransactional }: AssignedPartition): boolean => !isTransactional;
    const known = added.filter((partition) => !renewed.includes(partition));
    this.reset.place(known.filter(isPlain));
    this.reset.renew(renewed);
    this.scan.add(added.filter(isPlain), renewed);
    this.sessions.prepare(known.filter((partition) => !isPlain(partition)));
  }

  /** Its log began anew. */
  private reopened(partition: AssignedPartition): void {
    if (partition.isTransactional) this.sessions.prepare([partition]);
    this.scan.add([partition], [partition]);
  }

  outOfRange(topic: string, partition: number, position: number): void {
    this.reset.outOfRange(topic, partition, position);
  }

  /** Leaves the group. Never rejects. */
  async stop(): Promise<void> {
    this.scan.stop();
    await this.sessions.close();
    await this.client.stop();
  }
}
