import { createServer } from 'node:http';
import kafkajs, { type KafkaMessage, type Message } from 'kafkajs';
import { CONTROL, PROBES_ANSWER } from './probes.js';

const { brokers, port, sessionTimeout, heartbeatInterval } = CONTROL;
const topic = process.env['LEDGER_TOPIC']!;
const entries = process.env['LEDGER_ENTRIES_TOPIC']!;
const deadLetters = process.env['LEDGER_DEAD_LETTER_TOPIC']!;
const groupId = process.env['LEDGER_GROUP_ID']!;

interface Placed {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** What is often written by hand: each entry is sent and acknowledged, and the offset is committed later. */
function outputOf({ partition, message }: Placed): { topic: string; message: Message } {
  const { key, value, offset } = message;
  const source = { topic, partition, offset: Number(offset) };
  try {
    const { event_id } = JSON.parse(String(value)) as { event_id: string };
    const entry = JSON.stringify({ entry_id: event_id, source });
    return { topic: entries, message: { key, partition, value: entry } };
  } catch {
    const headers = {
      'x-dlq-original-partition': String(partition),
      'x-dlq-original-offset': offset,
    };
    return { topic: deadLetters, message: { key, partition, value, headers } };
  }
}

const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
const producer = kafka.producer({ allowAutoTopicCreation: false });
const consumer = kafka.consumer({ groupId, sessionTimeout, heartbeatInterval });
await producer.connect();
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  autoCommitInterval: 1_000,
  eachMessage: async (placed) => {
    const output = outputOf(placed);
    await producer.send({ topic: output.topic, acks: -1, messages: [output.message] });
  },
});

const server = createServer((_request, response) => response.end(JSON.stringify(PROBES_ANSWER)));
server.listen(port, '127.0.0.1');
process.once('SIGTERM', () => void consumer.disconnect().finally(() => process.exit(0)));
