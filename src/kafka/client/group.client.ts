import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Batch, Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { KafkaSettings } from '../../config/index.js';
import type { KafkaRecord } from '../../record/index.js';
import { GroupMembership, type Membership, type MembershipListener } from './group-membership.js';
import type { GroupPlace } from './group-place.js';
import type { CommittedOffset, OffsetToCommit } from './group-offsets.js';
import type { AssignmentStrategy } from './group-protocol.js';
import { CLIENT_RETRY, createGroupKafkajs, type KafkajsInstance } from './kafkajs.factory.js';
import { toKafkaRecord } from './record-conversion.js';

const MAX_BYTES = 1024 * 1024;
const MAX_WAIT_MS = 250;
const METADATA_MAX_AGE_MS = 30_000;
const STOP_LIMIT_MS = 5_000;
const REFUSED_PAUSE_MS = 50;
const SLICE_RECORDS = 250;

/** The records of one partition of one fetch, in offset order. */
export interface FetchedBatch {
  readonly topic: string;
  readonly partition: number;
  /** The position that was asked for. */
  readonly fetchedOffset: number;
  /** The position after everything that was read, markers and filtered records included. */
  readonly nextOffset: number;
  readonly highWatermark: number;
  readonly records: readonly KafkaRecord[];
}

export type Assignment = ReadonlyMap<string, readonly number[]>;

/** What a group's engine is told. None of these may throw. */
export interface GroupClientListener {
  /** Awaited before every JoinGroup; the old membership still commits and heartbeats. */
  beforeJoin(): Promise<void>;
  /** Called synchronously after every join, before the first fetch of the new assignment. */
  joined(membership: Membership, assignment: Assignment): void;
  /** Also called for an accepted SyncGroup, after `joined`. `sentAt` (performance.now) is when it was asked. */
  heartbeatAccepted(sentAt: number): void;
  /** The group's committed offsets were read: after every join, before the first fetch of the new assignment. */
  offsetsRead(offsets: readonly CommittedOffset[]): void;
  /** The broker no longer knows this member: whatever it had may be another's by now. A new join follows. */
  membershipLost(): void;
  /** True when the batch was taken over; false leaves the fetch position where it was. */
  fetched(batch: FetchedBatch): boolean;
  /** Awaited after a batch was taken: fetching goes on when it resolves. `heartbeat` must be called meanwhile. */
  hold(heartbeat: () => Promise<void>): Promise<void>;
  /** A batch held only transaction markers or aborted records: the position moved without a record. */
  advanced(topic: string, partition: number, nextOffset: number): void;
  /** The log does not have the position that was fetched. The partition is paused until it is sought and resumed. */
  outOfRange(topic: string, partition: number, position: number): void;
  /** The fetch loop has ended for good; start again or report. */
  crashed(error: Error): void;
}

/** One consumer group's connection to Kafka, on kafkajs. Used once: after `stop` or a crash a new one is made. */
export class GroupClient {
  private readonly instance: KafkajsInstance;
  private readonly consumer: Consumer;
  private readonly membership: GroupMembership;
  private stopping = false;

  constructor(
    settings: KafkaSettings,
    place: GroupPlace,
    strategy: AssignmentStrategy,
    private readonly listener: GroupClientListener,
  ) {
    this.membership = new GroupMembership(place, strategy, this.membershipListener());
    this.instance = createGroupKafkajs(settings, place.id);
    this.consumer = this.instance.kafka.consumer({
      groupId: place.id,
      partitionAssigners: this.membership.assigners,
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: settings.rebalanceTimeoutMs,
      heartbeatInterval: settings.heartbeatIntervalMs,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      maxBytes: MAX_BYTES,
      maxBytesPerPartition: MAX_BYTES,
      maxWaitTimeInMs: MAX_WAIT_MS,
      allowAutoTopicCreation: false,
      // One mechanism restarts: the supervisor, after every crash. kafkajs's own restart waits as long as its last retry.
      retry: { ...CLIENT_RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
    this.listen();
  }

  /** After its end a client tells nothing any more: what arrives late belongs to a membership that is over. */
  private membershipListener(): MembershipListener {
    return {
      beforeJoin: () => (this.stopping ? Promise.resolve() : this.listener.beforeJoin()),
      heartbeatAccepted: (sentAt) => {
        if (!this.stopping) this.listener.heartbeatAccepted(sentAt);
      },
      offsetsRead: (offsets) => {
        if (!this.stopping) this.listener.offsetsRead(offsets);
      },
      outOfRange: (topic, partition, position) => {
        if (this.stopping) return;
        // At once: the broker answers such a fetch without waiting, and kafkajs would ask again at full speed.
        this.pause(topic, partition);
        this.listener.outOfRange(topic, partition, position);
      },
      lost: () => {
        if (!this.stopping) this.listener.membershipLost();
      },
    };
  }

  /** Connects, subscribes and joins. Rejects when a broker or a topic is not there; nothing is retried here. */
  async start(topics: readonly string[]): Promise<void> {
    await this.consumer.connect();
    // Always from the beginning towards kafkajs: its alternative skips records silently when an offset is out of range.
    await this.consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.onBatch(payload),
    });
  }

  /** Leaves the group and disconnects, within `STOP_LIMIT_MS`. Never rejects; what does not close is destroyed. */
  async stop(): Promise<void> {
    this.stopping = true;
    const limit = new AbortController();
    const left = this.consumer.disconnect().catch(() => {
      // The connection is gone already, which is what was wanted; the group notices by its session timeout.
    });
    await Promise.race([left, setTimeout(STOP_LIMIT_MS, undefined, limit).catch(() => undefined)]);
    limit.abort();
    this.instance.close();
  }

  pause(topic: string, partition: number): void {
    this.consumer.pause([{ topic, partitions: [partition] }]);
  }

  resume(topic: string, partition: number): void {
    this.consumer.resume([{ topic, partitions: [partition] }]);
  }

  seek(topic: string, partition: number, offset: number): void {
    this.consumer.seek({ topic, partition, offset: String(offset) });
  }

  get isJoining(): boolean {
    return this.membership.isJoining;
  }

  commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    return this.membership.commit(offsets);
  }

  committed(
    partitions: readonly { topic: string; partition: number }[],
  ): Promise<CommittedOffset[]> {
    return this.membership.committed(partitions);
  }

  heartbeat(): Promise<void> {
    return this.membership.heartbeat();
  }

  /** Joins anew as the same member, at the next fetch. */
  rejoin(): void {
    this.membership.rejoin();
  }

  private listen(): void {
    const { events } = this.consumer;
    this.consumer.on(events.GROUP_JOIN, ({ payload }) => {
      if (this.stopping) return;
      this.listener.joined(
        this.membership.current!,
        new Map(Object.entries(payload.memberAssignment)),
      );
      this.membership.assigned();
    });
    this.consumer.on(events.START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize > 0 || this.stopping) return;
      this.listener.advanced(payload.topic, payload.partition, Number(payload.lastOffset) + 1);
    });
    this.consumer.on(events.REQUEST_TIMEOUT, ({ type }) => {
      this.instance.destroySockets(`a request timed out (${type})`);
    });
    this.consumer.on(events.CRASH, ({ payload }) => {
      if (!this.stopping) this.listener.crashed(payload.error);
    });
  }

  /**
   * Hands a batch over in slices: between two the event loop turns, so that handlers under way are not late by the time
   * that thousands of records take, and back-pressure is asked. What is left of it when a join is due is fetched again.
   */
  private async onBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { messages } = batch;
    let fetchedOffset = Number((batch as unknown as { fetchedOffset: string }).fetchedOffset);
    for (let from = 0; from < messages.length; from += SLICE_RECORDS) {
      if (this.stopping || payload.isStale() || !payload.isRunning()) return;
      if (this.membership.isRejoinDue) return;
      const slice = messages.slice(from, from + SLICE_RECORDS);
      const isLast = from + slice.length === messages.length;
      const lastOffset = slice[slice.length - 1]!.offset;
      // Behind the last record there may be markers, which have been read too.
      const nextOffset = Number(isLast ? batch.lastOffset() : lastOffset) + 1;
      if (!this.listener.fetched(fetchedBatch(batch, slice, { fetchedOffset, nextOffset }))) {
        // Refused while nothing may start: without a pause kafkajs would fetch the same again at full speed.
        await setTimeout(REFUSED_PAUSE_MS);
        return;
      }
      payload.resolveOffset(lastOffset);
      fetchedOffset = nextOffset;
      await this.listener.hold(() => this.heartbeatWhileHeld(payload));
      if (!isLast) await setImmediate();
    }
  }

  /** Rejects when a join is due, which ends the hold: fetching has to make way for it. */
  private async heartbeatWhileHeld(payload: EachBatchPayload): Promise<void> {
    try {
      await payload.heartbeat();
    } catch (error) {
      // The broker's own answer, not a connection that broke.
      if ((error as { type?: string }).type !== undefined) this.membership.rejoin();
      throw error;
    }
    if (this.membership.isRejoinDue) throw new Error('a join is due');
  }
}

function fetchedBatch(
  { topic, partition, highWatermark }: Batch,
  messages: readonly KafkaMessage[],
  position: Pick<FetchedBatch, 'fetchedOffset' | 'nextOffset'>,
): FetchedBatch {
  return {
    topic,
    partition,
    ...position,
    highWatermark: Number(highWatermark),
    records: messages.map((message) => toKafkaRecord(topic, partition, message)),
  };
}
