import type { Kafka } from 'kafkajs';
import type { FetchResponse } from './wire/index.js';

/** A broker as kafkajs's own consumer uses it; its types do not know it. */
interface LeaderBroker {
  fetch(request: object): Promise<FetchResponse>;
}

/** kafkajs's cluster: connections, metadata and requests, without a group. */
export interface KafkajsCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
  findBroker(broker: { nodeId: string }): Promise<LeaderBroker>;
  fetchTopicsOffset(
    topics: readonly {
      readonly topic: string;
      readonly fromBeginning: boolean;
      readonly partitions: readonly { readonly partition: number }[];
    }[],
  ): Promise<readonly { readonly partitions: readonly { partition: number; offset: string }[] }[]>;
}

type CreateCluster = (options: object) => KafkajsCluster;

const CREATE_CLUSTER = 'private:Kafka:createCluster';
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;

/** A cluster of its own for an instance of kafkajs. A test fails when kafkajs's source no longer has it. */
export function createCluster(kafka: Kafka): KafkajsCluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === CREATE_CLUSTER,
  );
  const create = (kafka as unknown as Record<symbol, CreateCluster>)[symbol!]!;
  return create({
    metadataMaxAge: 30_000,
    allowAutoTopicCreation: false,
    isolationLevel: READ_COMMITTED,
  });
}

/** The same cluster, for which the end of a partition is the end of what was written. */
export function readingUncommitted(cluster: KafkajsCluster): KafkajsCluster {
  const isolationLevel = { value: READ_UNCOMMITTED };
  return Object.create(cluster, { isolationLevel }) as KafkajsCluster;
}
