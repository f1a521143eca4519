import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DiscoveredConsumer } from '../../src/discover-consumers.js';
import { millrace } from '../support/millrace.js';
import { rawZoneConsumer, TestZone } from '../support/raw-zone.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { startTestService } from '../support/test-service.js';

const PARTITIONS = 2;
const COUNT = 800;

describe('the raw zone under several writers', () => {
  const zone = new TestZone();
  const topic = uniqueName('raw');
  const groups = [`${topic}-one`, `${topic}-two`, `${topic}-three`];
  let consumers: DiscoveredConsumer[];
  let kafka: TestKafka;

  const environmentOf = (group: string): Record<string, string> => ({
    KAFKA_AUTO_CREATE_TOPICS: 'true',
    CONSUMERS: 'raw-zone',
    RAW_ZONE_URL: zone.url,
    RAW_ZONE_TOPIC: topic,
    RAW_ZONE_GROUP_ID: group,
    RAW_ZONE_DEAD_LETTER_TOPIC: `${topic}.dead`,
    RAW_ZONE_ROTATE_RECORDS: String(60 + group.length),
    RAW_ZONE_ROTATE_INTERVAL: '100ms',
  });
  const records = (count: number) =>
    Array.from({ length: count }, (_, number) => ({
      value: `value ${number}`,
      partition: number % PARTITIONS,
      timestamp: Date.now() - (number % 4) * 86_400_000,
    }));

  beforeAll(async () => {
    [kafka, consumers] = await Promise.all([TestKafka.connect(), rawZoneConsumer()]);
    await kafka.createTopic(topic, PARTITIONS);
  });

  afterAll(async () => {
    await kafka.close();
    zone.remove();
  });

  it('holds every record once although each group lands all of them at the same time', async () => {
    await kafka.publish(topic, records(COUNT / 2));
    // Members of one group hand partitions over; members of several own all of them at once, as zombies would.
    const services = await Promise.all(
      groups.map((group) => startTestService({ consumers, environment: environmentOf(group) })),
    );
    await kafka.publish(topic, records(COUNT / 2));
    await Promise.all(groups.map((group) => kafka.allCommitted(group, topic)));
    await Promise.all(services.map((service) => service.stop()));
    const offsets = zone.lines().map(({ partition, offset }) => `${partition}:${offset}`);
    const expected = Array.from({ length: COUNT }, (_, number) => {
      const partition = Math.floor(number / (COUNT / PARTITIONS));
      return `${partition}:${number % (COUNT / PARTITIONS)}`;
    });
    expect(offsets).toEqual(expected);
  });

  it('is found wanting by the verification when an object is taken away', async () => {
    const [lost] = zone.objects();
    rmSync(join(zone.folder, lost!.name));
    const circumstances = { environment: environmentOf(groups[0]!), consumers };
    const { code, out } = await millrace(['raw-zone', 'verify', '--json'], circumstances);
    const { whole, partitions } = JSON.parse(out) as {
      whole: boolean;
      partitions: { gaps: { first: number; last: number; reason: string }[] }[];
    };
    const missing = partitions
      .flatMap(({ gaps }) => gaps)
      .filter(({ reason }) => reason === 'missing')
      .reduce((sum, { first, last }) => sum + last - first + 1, 0);
    expect([code, whole, missing]).toEqual([1, false, lost!.lines.length]);
    const words = ['raw-zone', 'verify', topic, '--partition', String(lost!.lines[0]!.partition)];
    const told = await millrace(words, circumstances);
    expect(told.code).toBe(1);
    expect(told.out).toContain(': missing');
  });

  it('is not verified for a topic that nobody lands', async () => {
    const circumstances = { environment: environmentOf(groups[0]!), consumers };
    const { code, err } = await millrace(['raw-zone', 'verify', 'other'], circumstances);
    expect(code).toBe(2);
    expect(err).toContain(`it lands ${topic}`);
  });
});
