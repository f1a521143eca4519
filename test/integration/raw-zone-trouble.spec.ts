import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { DiscoveredConsumer } from '../../src/discover-consumers.js';
import { eventually } from '../support/eventually.js';
import { rawZoneConsumer, TestZone } from '../support/raw-zone.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { startTestService, type TestService } from '../support/test-service.js';

const COUNT = 40;

describe('the raw zone in trouble', () => {
  let consumers: DiscoveredConsumer[];
  let kafka: TestKafka;
  let zone: TestZone;
  let topic: string;
  let service: TestService | undefined;

  const start = async (more: Record<string, string> = {}): Promise<TestService> => {
    service = await startTestService({
      consumers,
      environment: {
        KAFKA_AUTO_CREATE_TOPICS: 'true',
        CONSUMERS: 'raw-zone',
        RAW_ZONE_URL: zone.url,
        RAW_ZONE_TOPIC: topic,
        RAW_ZONE_GROUP_ID: `${topic}-lander`,
        RAW_ZONE_DEAD_LETTER_TOPIC: `${topic}.dead`,
        RAW_ZONE_ROTATE_INTERVAL: '100ms',
        ...more,
      },
    });
    return service;
  };
  const publish = (text: string, timestamp = Date.now()): Promise<void> =>
    kafka.publish(
      topic,
      Array.from({ length: COUNT }, (_, number) => ({
        value: `${text} ${number}`,
        partition: 0,
        timestamp,
      })),
    );
  const isWaitingFor = async (dependency: string): Promise<boolean> => {
    const { waitingFor } = await service!.consumer('raw-zone');
    return waitingFor.some((wait) => wait.dependency === dependency);
  };

  beforeAll(async () => {
    [kafka, consumers] = await Promise.all([TestKafka.connect(), rawZoneConsumer()]);
  });

  beforeEach(async () => {
    zone = new TestZone();
    topic = await kafka.createTopic(uniqueName('raw'), 1);
  });

  afterEach(async () => {
    await service?.stop();
    zone.remove();
  });

  afterAll(() => kafka.close());

  it('keeps its records waiting while the storage does not answer, and lands them when it does', async () => {
    await start();
    await publish('before');
    await kafka.allCommitted(`${topic}-lander`, topic);
    const aside = `${zone.folder}-aside`;
    renameSync(zone.folder, aside);
    writeFileSync(zone.folder, 'a file where the zone was');
    await publish('meanwhile');
    await eventually(() => isWaitingFor('object-storage'), 'its records wait for the storage');
    await service!.answers(503);
    rmSync(zone.folder);
    renameSync(aside, zone.folder);
    await kafka.allCommitted(`${topic}-lander`, topic);
    await service!.answers(200);
    expect(zone.lines().map(({ offset }) => offset)).toEqual([...Array(2 * COUNT).keys()]);
    expect(await kafka.read(`${topic}.dead`)).toEqual([]);
  });

  it('lands and commits what it has gathered when it is stopped, before the time of any object', async () => {
    await start({ RAW_ZONE_ROTATE_INTERVAL: '2m' });
    await publish('gathered');
    await eventually(
      async () => (await service!.consumer('raw-zone')).records.received === COUNT,
      'all are gathered',
    );
    expect(zone.objects()).toEqual([]);
    await service!.stop();
    expect(zone.lines()).toHaveLength(COUNT);
    expect(await kafka.committed(`${topic}-lander`, topic)).toEqual(new Map([[0, COUNT]]));
  });

  it('does not begin before the storage is there', async () => {
    mkdirSync(zone.folder.replace(/\/zone$/, ''), { recursive: true });
    writeFileSync(zone.folder, 'a file where the zone should be');
    await start();
    await publish('first');
    await service!.answers(503);
    rmSync(zone.folder);
    await kafka.allCommitted(`${topic}-lander`, topic);
    expect(zone.lines()).toHaveLength(COUNT);
  });

  it.each([
    ['while it is stopped', true],
    ['while it runs', false],
  ])(
    'stops at a topic that was made again %s, instead of mixing two logs, and goes on at another place',
    async (_, isStopped) => {
      await start();
      await publish('of the first log', Date.now() - 2 * 86_400_000);
      await kafka.allCommitted(`${topic}-lander`, topic);
      const landed = zone.lines();
      if (isStopped) await service!.stop();
      await kafka.deleteTopic(topic);
      await kafka.createTopic(topic, 1);
      await publish('of the second log');
      if (isStopped) await start();
      await eventually(() => isWaitingFor('raw-zone'), 'the partition waits', 60_000);
      await service!.answers(503);
      expect(zone.lines()).toEqual(landed);
      renameSync(`${zone.folder}/${topic}`, `${zone.folder}/of-the-first-log`);
      await kafka.allCommitted(`${topic}-lander`, topic, 60_000);
      expect(existsSync(`${zone.folder}/${topic}`)).toBe(true);
      expect(zone.lines()).toHaveLength(2 * COUNT);
      expect(await kafka.read(`${topic}.dead`)).toEqual([]);
    },
  );
});
