import type { DiscoveredConsumer } from '../../src/discover-consumers.js';
import { eventually } from '../support/eventually.js';
import { millrace } from '../support/millrace.js';
import { bytesOf, rawZoneConsumer, TestZone, type LandedLine } from '../support/raw-zone.js';
import { ServiceProcess } from '../support/service-process.js';
import {
  headerOf,
  sharedBroker,
  TestKafka,
  uniqueName,
  type ReadRecord,
  type TestRecord,
} from '../support/test-kafka.js';
import { startTestService } from '../support/test-service.js';

const topic = uniqueName('raw');
const group = `${topic}-lander`;
const deadLetters = `${topic}.dead`;
const PARTITIONS = 3;
const COUNT = 240;
const DAY_MS = 86_400_000;
const MIDNIGHT = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const BAD = new Set([7, 8, 100]);

const VALUES: readonly (Buffer | string | null)[] = [
  '{ "order_id" : "ord-1" , "total" : 1.00 }',
  Buffer.from([0x00, 0xff, 0xfe, 0x0a, 0x0d]),
  null,
  '',
  '\uFEFF{"a":1}\n\u2028second line',
  'x'.repeat(20_000),
];

/** Three days, one beside the other, so that several objects of a partition are open at once. */
const timestampOf = (number: number): number => MIDNIGHT - (number % 3) * DAY_MS + number;
const dayOf = (timestamp: number): string => new Date(timestamp).toISOString().slice(0, 10);

const records = (from: number, to: number): TestRecord[] =>
  Array.from({ length: to - from }, (_, index) => {
    const number = from + index;
    return {
      key: number % 5 === 0 ? null : number % 5 === 1 ? Buffer.from([number, 0x80]) : `k-${number}`,
      value: VALUES[number % VALUES.length]!,
      partition: number % PARTITIONS,
      timestamp: timestampOf(number),
      headers: {
        number: String(number),
        ...(BAD.has(number) ? { consumer_error: 'its own' } : { event_id: `e-${number}` }),
        trace: [Buffer.from([0xff]), 'again'],
      },
    };
  });

/** The same form for what was published and for what stands in the zone. */
const printOf = (
  { partition, offset, key, value, headers }: ReadRecord,
  name = topic,
): readonly unknown[] => [
  name,
  partition,
  offset,
  key?.toString('hex') ?? null,
  value?.toString('hex') ?? null,
  headers.map(([header, bytes]) => [header, bytes?.toString('hex') ?? null]),
];

const readBack = (line: LandedLine): readonly unknown[] => {
  const { partition, offset } = line;
  const key = bytesOf(line.key, line.keyEncoding);
  const value = bytesOf(line.value, line.valueEncoding);
  const headers = line.headers.map(
    ([name, text, encoding]) => [name, bytesOf(text, encoding)] as const,
  );
  return printOf({ partition, offset, key, value, headers }, line.topic);
};

const numberOf = (record: ReadRecord): number => Number(headerOf(record, 'number'));

describe('the raw zone', () => {
  const zone = new TestZone();
  let consumers: DiscoveredConsumer[];
  let kafka: TestKafka;
  let published: ReadRecord[];
  let environment: Record<string, string>;

  /** Until a process of this environment has landed everything; then it is stopped. */
  const landEverything = async (more: Record<string, string> = {}): Promise<void> => {
    const service = await startTestService({ consumers, environment: { ...environment, ...more } });
    await kafka.allCommitted(group, topic);
    await service.stop();
  };

  beforeAll(async () => {
    [kafka, consumers] = await Promise.all([TestKafka.connect(), rawZoneConsumer()]);
    await kafka.createTopic(topic, PARTITIONS);
    environment = {
      KAFKA_BROKERS: sharedBroker(),
      KAFKA_AUTO_CREATE_TOPICS: 'true',
      KAFKA_SESSION_TIMEOUT: '6s',
      KAFKA_COMMIT_INTERVAL: '5s',
      CONSUMERS: 'raw-zone',
      LOG_LEVEL: 'warn',
      RAW_ZONE_URL: zone.url,
      RAW_ZONE_TOPIC: topic,
      RAW_ZONE_GROUP_ID: group,
      RAW_ZONE_DEAD_LETTER_TOPIC: deadLetters,
      RAW_ZONE_DATASETS: 'orders:event_id',
      RAW_ZONE_ROTATE_RECORDS: '10',
      RAW_ZONE_ROTATE_INTERVAL: '200ms',
    };
    await kafka.publish(topic, records(0, COUNT / 2));
    const killed = await ServiceProcess.listening(environment);
    // Objects are there and nothing is committed: what was landed comes again to the next process.
    await eventually(() => zone.objects().length >= 9, 'some objects are landed');
    killed.signal('SIGKILL');
    await killed.exit();
    await kafka.publish(topic, records(COUNT / 2, COUNT));
    await landEverything({ KAFKA_COMMIT_INTERVAL: '200ms' });
    published = await kafka.read(topic);
  });

  afterAll(async () => {
    await kafka.close();
    zone.remove();
  });

  it('holds every good record exactly once, byte for byte, through a kill', () => {
    const expected = published
      .filter((record) => !BAD.has(numberOf(record)))
      .sort((left, right) => left.partition - right.partition || left.offset - right.offset)
      .map((record) => printOf(record));
    expect(expected).toHaveLength(COUNT - BAD.size);
    expect(zone.lines().map(readBack)).toEqual(expected);
  });

  it('holds each in the object of its day and partition, named by the first offset', () => {
    for (const { name, lines } of zone.objects()) {
      const [first] = lines;
      const { partition, offset, timestamp } = first!;
      const file = `${topic}+${partition}+${String(offset).padStart(20, '0')}.ndjson.gz`;
      expect(name).toBe(`${topic}/dt=${dayOf(timestamp)}/partition=${partition}/${file}`);
      expect(new Set(lines.map((line) => dayOf(line.timestamp))).size).toBe(1);
      expect(lines.length).toBeLessThanOrEqual(10);
    }
  });

  it('has no unfinished file', () => {
    expect(zone.files().filter((name) => !name.endsWith('.ndjson.gz'))).toEqual([]);
  });

  it('leaves out what lacks a required header, which becomes a dead letter', async () => {
    const repeated = await kafka.read(deadLetters);
    // The process was killed before it had committed them: a dead letter may come again, under the same id.
    const byId = new Map(repeated.map((letter) => [headerOf(letter, 'x-dlq-id'), letter]));
    const letters = [...byId.values()];
    expect(letters.map(numberOf).sort((left, right) => left - right)).toEqual([...BAD]);
    for (const letter of letters) {
      expect(headerOf(letter, 'x-dlq-reason')).toBe('validation');
      expect(headerOf(letter, 'consumer_error')).toBe('missing headers: event_id');
      expect(headerOf(letter, 'consumer_failed_at')).toBe(headerOf(letter, 'x-dlq-failed-at'));
    }
  });

  it('is verified as whole, its gaps explained', async () => {
    const { code, out } = await millrace(['raw-zone', 'verify', '--json'], {
      environment,
      consumers,
    });
    const { whole, partitions } = JSON.parse(out) as {
      whole: boolean;
      partitions: { records: number; faults: unknown[]; gaps: { reason: string }[] }[];
    };
    expect([code, whole]).toEqual([0, true]);
    expect(partitions.map(({ records: count }) => count).reduce((sum, count) => sum + count)).toBe(
      COUNT - BAD.size,
    );
    expect(partitions.flatMap(({ gaps }) => gaps.map(({ reason }) => reason))).toEqual(
      [...BAD].map(() => 'dead letter'),
    );
  });

  it('takes a redriven record under its original offset, in an object of its own, once', async () => {
    const lenient = { ...environment, RAW_ZONE_DATASETS: 'orders', KAFKA_COMMIT_INTERVAL: '200ms' };
    const service = await startTestService({ consumers, environment: lenient });
    const before = zone.objects().length;
    const words = ['dead-letters', 'redrive', deadLetters, '--all', '--yes'];
    const { code } = await millrace(words, { environment: lenient, consumers });
    expect(code).toBe(0);
    await eventually(() => zone.objects().length === before + BAD.size, 'each has its object');
    await kafka.allCommitted(group, `${topic}.${group}.redrive`);
    await service.stop();
    const singles = zone.objects().filter(({ name }) => name.endsWith('.single.ndjson.gz'));
    expect(singles.map(({ lines }) => lines.length)).toEqual([...BAD].map(() => 1));
    const all = [...published].sort(
      (left, right) => left.partition - right.partition || left.offset - right.offset,
    );
    expect(zone.lines().map(readBack)).toEqual(all.map((record) => printOf(record)));
  });
});
