import kafkajs, { type Admin } from 'kafkajs';
import type { KafkaSettings } from '../../src/config/index.js';
import { createTopics, PublisherClient } from '../../src/kafka/client/index.js';
import { eventually } from '../support/eventually.js';
import { startOwnCluster, type KafkaCluster } from '../support/stack.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';

const topic = uniqueName('moved');
const record = (partition: number, value: string) => ({
  ...{ topic, partition, key: null, value: Buffer.from(value), headers: [], timestamp: 0 },
});

let cluster: KafkaCluster;
let kafka: TestKafka;
let admin: Admin;
let publisher: PublisherClient;

/** Each partition stands on one broker, so that a publication to both asks both. */
async function createTopic(): Promise<void> {
  const replicaAssignment = [0, 1].map((partition) => ({ partition, replicas: [partition + 1] }));
  const configEntries = [{ name: 'min.insync.replicas', value: '1' }];
  await createTopics(admin, [{ topic, replicaAssignment, configEntries }]);
}

async function moveToBrokerOne(partition: number): Promise<void> {
  const partitionAssignment = [{ partition, replicas: [1] }];
  await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
  const hasMoved = async (): Promise<boolean> => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]!.partitions.every(({ leader, replicas }) => leader === 1 && replicas[0] === 1);
  };
  await eventually(hasMoved, `partition ${partition} is led by broker 1`);
}

beforeAll(async () => {
  cluster = await startOwnCluster(2);
  const brokers = cluster.address.split(',');
  admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  kafka = await TestKafka.connect(brokers[0]);
  await createTopic();
  publisher = new PublisherClient({ brokers, clientId: 'spec' } as unknown as KafkaSettings, topic);
});

afterAll(async () => {
  await publisher?.close();
  await kafka?.close();
  await admin?.disconnect();
  await cluster?.stop();
});

describe('a publication to partitions of several brokers', () => {
  it('is not reported as published when a partition has moved to a broker that took its own part already', async () => {
    await publisher.send([record(0, 'first on 0'), record(1, 'first on 1')]);
    await moveToBrokerOne(1);
    await publisher.send([record(0, 'second on 0'), record(1, 'second on 1')]);
    const values = (await kafka.read(topic)).map(({ value }) => value!.toString());
    expect(values.sort()).toEqual(['first on 0', 'first on 1', 'second on 0', 'second on 1']);
  });
});
