import { eventually } from '../../support/eventually.js';
import { KafkaAccess } from '../cluster/kafka-access.js';
import { allDoneAt } from './effects.js';
import { PARTITIONS, type Stage } from './stage.js';

const TIMEOUT_MS = 120_000;

/** Publishes records, each with an id of its own, over a connection of its own: no fault of before can be in it. */
export async function publish(
  { kafka, topic }: Stage,
  { ids, workMs }: { readonly ids: readonly string[]; readonly workMs?: number },
): Promise<void> {
  const fresh = new KafkaAccess(kafka.address);
  const producer = fresh.kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition!,
  });
  await producer.connect();
  const messages = ids.map((id, index) => ({
    partition: index % PARTITIONS,
    key: id,
    value: JSON.stringify({ id, kind: 'ok', ...(workMs !== undefined && { workMs }) }),
  }));
  await producer.send({ topic, acks: -1, messages });
  await producer.disconnect();
}

/** When a record of each partition, published now, was done at the slowest. */
export async function freshRecordsDone(stage: Stage): Promise<number> {
  const ids = Array.from({ length: PARTITIONS }, (_, partition) => `fresh-${partition}`);
  await publish(stage, { ids });
  return doneAt(stage, new Set(ids));
}

/** When the last of these records was done, which it waits for. */
export async function doneAt(stage: Stage, ids: ReadonlySet<string>): Promise<number> {
  let at: number | undefined;
  const areDone = (): boolean => (at = allDoneAt(stage.effects(), ids)) !== undefined;
  await eventually(areDone, `${ids.size} records are done`, TIMEOUT_MS);
  return at!;
}
