import type { BrokerVersions, ProtocolRequest } from './wire/index.js';

/** A broker as kafkajs's cluster hands it out; its types do not know it. */
export interface PrivateBroker {
  isConnected(): boolean;
  nodeId: string;
  readonly versions: BrokerVersions;
  readonly connectionPool: { send<Answer>(request: ProtocolRequest<Answer>): Promise<Answer> };
  fetch(request: object): Promise<unknown>;
  joinGroup(request: JoinGroupRequest): Promise<JoinGroupAnswer>;
  syncGroup(request: SyncGroupRequest): Promise<{ readonly memberAssignment: Buffer }>;
  metadata(topics: readonly string[]): Promise<MetadataAnswer>;
  heartbeat(request: object): Promise<unknown>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
  offsetCommit(request: object): Promise<unknown>;
  offsetFetch(request: object): Promise<OffsetFetchAnswer>;
}

export interface JoinGroupRequest {
  readonly memberId: string;
  readonly groupProtocols: readonly { readonly name: string; readonly metadata: Buffer }[];
}

export interface JoinGroupAnswer {
  readonly generationId: number;
  readonly memberId: string;
  readonly groupProtocol: string;
}

export interface SyncGroupRequest {
  readonly generationId: number;
  readonly memberId: string;
}

export interface MetadataAnswer {
  readonly topicMetadata: readonly { readonly partitionMetadata: readonly unknown[] }[];
}

export interface OffsetFetchAnswer {
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly offset: string;
      readonly metadata: string | null;
    }[];
  }[];
}

/** kafkajs's cluster, which it hands to an assigner. */
export interface PrivateCluster {
  findGroupCoordinator(request: {
    groupId: string;
    coordinatorType?: number;
  }): Promise<PrivateBroker>;
  findBroker(broker: { nodeId: string }): Promise<PrivateBroker>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
}
