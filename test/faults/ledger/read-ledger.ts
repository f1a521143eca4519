import { createCluster, readingUncommitted } from '../../../src/kafka/client/kafkajs-cluster.js';
import { headerText } from '../../../src/record/index.js';
import type { CommittedRecord } from '../../support/committed-reader.js';
import type { KafkaAccess } from '../cluster/kafka-access.js';
import { ID_HEADER, KIND_HEADER } from '../driver/traffic.js';
import { expectationOf } from '../evidence/producer-ledger.js';
import type { RecordKind } from '../scenarios/scenario.js';
import type { End, Input, Output } from './ledger-evidence.js';

/** What stands in the input's log, whatever its producer was told. */
export async function readInputs(
  kafka: KafkaAccess,
  topic: string,
  parts: number,
): Promise<Input[]> {
  const inputs: Input[] = [];
  await kafka.scan(topic, (partition, { key, headers, offset }) => {
    const kind = String(headers![KIND_HEADER]) as RecordKind;
    const isGood = expectationOf(kind) === 'effect';
    inputs.push({
      ...{ partition, offset: Number(offset), key: String(key), parts },
      ...(isGood && { id: String(headers![ID_HEADER]) }),
      expects: isGood ? 'entry' : 'dead-letter',
    });
  });
  return inputs;
}

interface Entry {
  readonly entry_id: string;
  readonly part?: number;
  readonly source: { readonly partition: number; readonly offset: number };
}

/** Whatever a reader of committed records was given, in its order. */
export function outputsOf(records: readonly CommittedRecord[], deadLetterTopic: string): Output[] {
  return records.map((record) => {
    const { topic, partition, offset } = record;
    const place = { topic, partition, offset, key: String(record.key) };
    if (topic === deadLetterTopic) {
      const original = (name: string): number =>
        Number(headerText(record.headers, `x-dlq-original-${name}`));
      const source = { partition: original('partition'), offset: original('offset') };
      return { kind: 'dead-letter', ...place, source };
    }
    const { entry_id, part = 0, source } = JSON.parse(String(record.value)) as Entry;
    const { partition: from, offset: at } = source;
    return { kind: 'entry', ...place, id: entry_id, part, source: { partition: from, offset: at } };
  });
}

/** Where readers of committed records stop, and where the logs end. */
export async function readEnds(kafka: KafkaAccess, topics: readonly string[]): Promise<End[]> {
  const cluster = createCluster(kafka.kafka);
  await cluster.connect();
  try {
    const ends: End[] = [];
    for (const topic of topics) {
      await cluster.addTargetTopic(topic);
      await cluster.refreshMetadata();
      const partitions = cluster
        .findTopicPartitionMetadata(topic)
        .map(({ partitionId }) => ({ partition: partitionId }));
      const asked = [{ topic, fromBeginning: false, partitions }];
      const [stable] = await cluster.fetchTopicsOffset(asked);
      const [written] = await readingUncommitted(cluster).fetchTopicsOffset(asked);
      const endOf = new Map(written!.partitions.map((one) => [one.partition, +one.offset]));
      for (const { partition, offset } of stable!.partitions) {
        ends.push({ topic, partition, lastStable: +offset, end: endOf.get(partition)! });
      }
    }
    return ends;
  } finally {
    await cluster.disconnect();
  }
}
