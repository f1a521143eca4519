import { createServer } from 'node:http';
import kafkajs, { type KafkaMessage } from 'kafkajs';
import { perform, type Work } from '../consumers/effects/work.js';
import { CONTROL, PROBES_ANSWER } from './probes.js';

const { brokers, topic, groupId, port, sessionTimeout, heartbeatInterval } = CONTROL;
const ATTEMPTS = 4;

/** What is often written by hand: a batch at once, each offset resolved when its record is done. */
async function attempt(message: KafkaMessage, partition: number): Promise<void> {
  const work = JSON.parse(message.value!.toString()) as Work;
  const record = { topic, partition, offset: Number(message.offset) };
  for (let turn = 1; turn <= ATTEMPTS; turn += 1) {
    const failed = await perform(work, { attempt: turn, record }).then(
      () => false,
      () => true,
    );
    if (!failed) return;
  }
}

const consumer = new kafkajs.Kafka({ brokers }).consumer({
  groupId,
  sessionTimeout,
  heartbeatInterval,
});
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  autoCommitInterval: 1_000,
  eachBatch: async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary }) => {
    const work = batch.messages.map(async (message) => {
      await attempt(message, batch.partition);
      resolveOffset(message.offset);
      await heartbeat();
      await commitOffsetsIfNecessary();
    });
    await Promise.all(work);
  },
});

const server = createServer((_request, response) => response.end(JSON.stringify(PROBES_ANSWER)));
server.listen(port, '127.0.0.1');
process.once('SIGTERM', () => void consumer.disconnect().finally(() => process.exit(0)));
