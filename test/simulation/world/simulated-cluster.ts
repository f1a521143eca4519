import { byTopic } from '../../../src/kafka/client/group-offsets.js';
import type {
  JoinGroupRequest,
  OffsetFetchAnswer,
  PrivateBroker,
  PrivateCluster,
  SyncGroupRequest,
} from '../../../src/kafka/client/private-cluster.js';
import type { GivenAssignment, JoinAnswer, Sender } from './group-coordinator.js';
import { TOPIC } from './partition-log.js';
import type { SimulatedMember } from './simulated-member.js';

interface AsMember {
  readonly memberId: string;
  readonly groupGenerationId: number;
}

interface CommitRequest extends AsMember {
  readonly topics: readonly {
    readonly partitions: readonly { partition: number; offset: string; metadata?: string }[];
  }[];
}

export interface SyncRequest extends SyncGroupRequest {
  readonly groupAssignment: readonly GivenAssignment[];
}

const senderOf = ({ memberId, groupGenerationId }: AsMember): Sender => ({
  memberId,
  generation: groupGenerationId,
});

/** One process's connection to the broker of the model, in the form of kafkajs's private objects. */
export class SimulatedCluster implements PrivateCluster {
  isClosed = false;
  /** The broker reads nothing behind a JoinGroup on the same connection before it has answered it. */
  private isBlockedByJoin = false;

  constructor(private readonly member: SimulatedMember) {}

  private get world() {
    return this.member.world;
  }

  findGroupCoordinator(): Promise<PrivateBroker> {
    if (this.member.isCut || this.isClosed) return Promise.reject(new Error('no broker answers'));
    return Promise.resolve(this.broker);
  }

  findBroker(): Promise<PrivateBroker> {
    return Promise.resolve(this.broker);
  }

  refreshMetadata(): Promise<void> {
    return Promise.resolve();
  }

  refreshMetadataIfNecessary(): Promise<void> {
    return Promise.resolve();
  }

  findTopicPartitionMetadata(): readonly { partitionId: number }[] {
    return this.world.logs.map(({ partition }) => ({ partitionId: partition }));
  }

  private readonly broker: PrivateBroker = {
    nodeId: '0',
    versions: {},
    connectionPool: { send: () => Promise.reject(new Error('not asked')) },
    isConnected: () => true,
    fetch: () => Promise.reject(new Error('not fetched here')),
    metadata: () => Promise.reject(new Error('not asked')),
    joinGroup: (request) => this.joinGroup(request),
    syncGroup: (request) => this.syncGroup(request as SyncRequest),
    heartbeat: (request) => this.heartbeat(senderOf(request as AsMember)),
    leaveGroup: ({ memberId }) =>
      this.send({ label: 'leave', arrive: () => this.world.coordinator.leave(memberId) }),
    offsetCommit: (request) => this.offsetCommit(request as CommitRequest),
    offsetFetch: () => this.offsetFetch(),
  };

  private joinGroup({ memberId, groupProtocols }: JoinGroupRequest): Promise<JoinAnswer> {
    if (this.member.isCut) return Promise.reject(new Error('request timed out'));
    this.isBlockedByJoin = true;
    return new Promise((resolve) => {
      this.world.coordinator.join(memberId, groupProtocols, (answer) => {
        this.isBlockedByJoin = false;
        if (!this.isClosed) resolve(answer);
      });
    });
  }

  private async syncGroup(request: SyncRequest): Promise<{ memberAssignment: Buffer }> {
    const { memberId, generationId: generation, groupAssignment } = request;
    const { coordinator } = this.world;
    const memberAssignment = await this.send({
      label: 'sync',
      mayArrive: () => coordinator.maySync({ memberId, generation }),
      arrive: () => {
        this.member.lastSign = this.world.time.now;
        return coordinator.sync({ memberId, generation }, groupAssignment);
      },
    });
    return { memberAssignment };
  }

  private heartbeat(sender: Sender): Promise<void> {
    return this.send({
      label: 'heartbeat',
      arrive: () => {
        this.world.coordinator.heartbeat(sender);
        this.member.lastSign = this.world.time.now;
      },
    });
  }

  private offsetCommit(request: CommitRequest): Promise<void> {
    const offsets = request.topics.flatMap(({ partitions }) =>
      partitions.map(({ partition, offset, metadata = '' }) => ({
        topic: TOPIC,
        partition,
        nextOffset: Number(offset),
        metadata,
      })),
    );
    const words = offsets.map(({ partition, nextOffset }) => `${partition}@${nextOffset}`);
    return this.send({
      label: `commit ${words.join(' ')}`,
      arrive: () => {
        this.world.coordinator.commit(senderOf(request), offsets);
        this.world.referee.committed(this.member, request.memberId, offsets);
      },
    });
  }

  private offsetFetch(): Promise<OffsetFetchAnswer> {
    return this.send({
      label: 'read offsets',
      arrive: () => {
        const places = this.world.logs.map((log) => ({ topic: TOPIC, ...log }));
        const toPartition = ({ partition, committed, committedMetadata }: (typeof places)[0]) => ({
          partition,
          offset: String(committed ?? -1),
          metadata: committedMetadata,
        });
        return { responses: byTopic(places, toPartition) };
      },
    });
  }

  private send<Answer>(sending: {
    label: string;
    arrive: () => Answer;
    mayArrive?: () => boolean;
  }): Promise<Answer> {
    if (this.isClosed) return Promise.reject(new Error('connection closed'));
    const { mayArrive = () => true } = sending;
    return this.world.wire.send(this.member, {
      ...sending,
      mayArrive: () => !this.isBlockedByJoin && mayArrive(),
    });
  }
}
