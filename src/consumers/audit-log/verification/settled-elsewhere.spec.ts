import type { AdminClient, OwnTopic, OwnTopics, TopicReaderClient } from '../../../kafka/index.js';
import type { HandlerDescription, KafkaRecord, RecordHeader } from '../../../record/index.js';
import { settledElsewhere } from './settled-elsewhere.js';

const HANDLER = { topic: 'events', groupId: 'auditor' } as HandlerDescription;

type Topics = Readonly<Record<string, readonly KafkaRecord[]>>;

const header = (name: string, value: string): RecordHeader => [name, Buffer.from(value)];
const recordOf = (topic: string, offset: number, headers: RecordHeader[]): KafkaRecord => ({
  ...{ topic, partition: 1, offset, timestamp: 0, key: null, value: null },
  headers,
});
const deadLetter = (
  offset: number,
  original: string,
  changes: Record<string, string> = {},
): KafkaRecord => {
  const told = {
    'x-dlq-consumer-group': 'auditor',
    'x-dlq-original-topic': 'events',
    'x-dlq-original-partition': '1',
    'x-dlq-original-offset': original,
    ...changes,
  };
  return recordOf(
    'dlq',
    offset,
    Object.entries(told).map(([name, value]) => header(name, value)),
  );
};
/** Its header stands for what the failure policies write. */
const waiting = (topic: string, offset: number, origin: string): KafkaRecord =>
  recordOf(topic, offset, [header('origin', origin)]);

async function offsetsIn(
  topics: Topics,
  committed: Record<string, number> = {},
): Promise<number[]> {
  const admin = {
    listTopics: () => Promise.resolve(Object.keys(topics)),
    committedOffsets: (_: string, topic: string) =>
      Promise.resolve(topic in committed ? [{ partition: 1, offset: committed[topic]! }] : []),
  };
  const reader = {
    bounds: (topic: string) =>
      Promise.resolve([{ partition: 1, start: 0, end: topics[topic]!.length }]),
    async *read({ topic, from }: { topic: string; from: number }) {
      yield topics[topic]!.filter(({ offset }) => offset >= from);
    },
  };
  const ownTopics = {
    of: (): OwnTopic[] =>
      ['retry.1', 'retry.2'].map((topic) => ({ topic, level: 1, delayMs: 0, isOptional: false })),
    historyOf: ({ headers }: KafkaRecord) => ({
      origin: { topic: 'events', partition: 1, offset: Number(String(headers[0]![1])) },
    }),
  };
  const found = await settledElsewhere({
    admin: admin as unknown as AdminClient,
    reader: reader as unknown as TopicReaderClient,
    ownTopics: ownTopics as unknown as OwnTopics,
    deadLetterTopic: 'dlq',
    handler: HANDLER,
  });
  return found.ascending(1);
}

describe('what was settled elsewhere', () => {
  it('are the dead letters of the group and the topic alone', async () => {
    const dlq = [
      deadLetter(0, '30'),
      deadLetter(1, '4'),
      deadLetter(2, '5', { 'x-dlq-consumer-group': 'another' }),
      deadLetter(3, '6', { 'x-dlq-original-topic': 'others' }),
      deadLetter(4, 'none'),
      recordOf('dlq', 5, []),
    ];
    expect(await offsetsIn({ dlq })).toEqual([4, 30]);
  });

  it('is what waits in a retry topic, from what the group has committed there on', async () => {
    const topics = {
      'retry.1': [waiting('retry.1', 0, '7'), waiting('retry.1', 1, '8')],
      'retry.2': [waiting('retry.2', 0, '3')],
    };
    expect(await offsetsIn(topics, { 'retry.1': 1 })).toEqual([3, 8]);
  });

  it('is nothing where no such topic exists', async () => {
    expect(await offsetsIn({})).toEqual([]);
  });
});
