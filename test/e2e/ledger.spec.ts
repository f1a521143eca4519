import { loadSettings } from '../../src/config/index.js';
import { discoverConsumers, type DiscoveredConsumer } from '../../src/discover-consumers.js';
import { eventually } from '../support/eventually.js';
import { meteringEvent, meteringRecord } from '../support/metering-events.js';
import { millrace } from '../support/millrace.js';
import { headerOf, TestKafka, uniqueName, type ReadRecord } from '../support/test-kafka.js';
import { startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('metering-events');
const entriesTopic = uniqueName('ledger-entries');
const deadLetters = `${topic}.dlq`;
const group = uniqueName('ledger-writer');
const PARTITIONS = 4;
const ROUND = 400;

const consumersWithDatabase = ['metering-metrics', 'audit-log'];
const round = (number: number) =>
  Array.from({ length: ROUND }, (_, index) => meteringRecord(number * ROUND + index));

interface Entry {
  readonly entry_id: string;
  readonly agent_id: string;
  readonly amount: string;
  readonly source: { readonly topic: string; readonly partition: number; readonly offset: number };
}

const entryOf = ({ value }: ReadRecord): Entry => JSON.parse(value!.toString()) as Entry;
const placeOf = ({ source }: Entry): string => `${source.partition}:${source.offset}`;

describe('the ledger', () => {
  let kafka: TestKafka;
  let consumers: DiscoveredConsumer[];
  let ledger: DiscoveredConsumer[];
  let entries: ReadRecord[];
  const services: TestService[] = [];

  const environment = {
    KAFKA_AUTO_CREATE_TOPICS: 'true',
    LEDGER_TOPIC: topic,
    LEDGER_GROUP_ID: group,
    LEDGER_DEAD_LETTER_TOPIC: deadLetters,
    LEDGER_ENTRIES_TOPIC: entriesTopic,
  };
  const start = async (): Promise<TestService> => {
    const service = await startTestService({ consumers: ledger, environment });
    services.push(service);
    return service;
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    consumers = await discoverConsumers([new URL('../../src/consumers/', import.meta.url)]);
    ledger = consumers.filter(({ declaration }) => declaration.name === 'ledger');
    await kafka.createTopic(topic, PARTITIONS, { 'max.message.bytes': '2000000' });
    const first = await start();
    const bad = { key: 'agent-1', value: '{"event_id":"x"' };
    await kafka.publish(topic, [...round(0), bad]);
    const second = await start();
    await second.answers(200);
    await kafka.publish(topic, [...round(1), ...round(1).slice(0, 5), bad]);
    // While it has records of its partitions in hand: they move to the other one.
    await first.stop();
    await kafka.publish(topic, [...round(2), bad]);
    await kafka.allCommitted(group, topic);
    entries = await kafka.readCommitted(entriesTopic);
  });

  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await kafka.close();
  });

  it('runs without a database, which its neighbours on the topic do not', () => {
    const load = (names: string): void =>
      void loadSettings(
        { KAFKA_BROKERS: 'a:1', CONSUMERS: names },
        consumers.map(({ declaration }) => declaration),
      );
    expect(() => load('ledger')).not.toThrow();
    for (const name of consumersWithDatabase) {
      expect(() => load(name)).toThrow(`DATABASE_URL: missing; the consumer ${name} cannot run`);
    }
  });

  it('has an entry for each record, exactly once, over a start and a stop in between', () => {
    const places = entries.map((record) => placeOf(entryOf(record)));
    expect(places).toHaveLength(3 * ROUND + 5);
    expect(new Set(places).size).toBe(places.length);
  });

  it('keeps the order of each agent, in the partition of its source', () => {
    const last = new Map<number, number>();
    for (const record of entries) {
      const { agent_id, source } = entryOf(record);
      expect(record.key!.toString()).toBe(agent_id);
      expect(record.partition).toBe(source.partition);
      expect(source.offset).toBeGreaterThan(last.get(source.partition) ?? -1);
      last.set(source.partition, source.offset);
    }
  });

  it('says what its event says, the cost to the last digit', () => {
    const { cost, currency, occurred_at } = meteringEvent(17);
    const entry = entries.map(entryOf).find(({ entry_id }) => entry_id === 'evt-17')!;
    expect(entry).toEqual({
      ...{ entry_id: 'evt-17', agent_id: 'agent-2', amount: cost, currency, occurred_at },
      source: { topic, partition: expect.any(Number), offset: expect.any(Number) },
    });
  });

  it('turns what it cannot read into a dead letter each', async () => {
    const found = await kafka.readCommitted(deadLetters);
    expect(found.map((record) => headerOf(record, 'x-dlq-reason'))).toEqual(
      Array(3).fill('deserialization'),
    );
  });

  it('has its topic made like its source, and no lag once it has settled', async () => {
    expect((await kafka.ends(entriesTopic)).size).toBe(PARTITIONS);
    const { out } = await millrace(['topics', 'plan', '--json'], {
      consumers: ledger,
      environment,
    });
    const planned = JSON.parse(out) as { topic: string; state: string }[];
    expect(planned.find((one) => one.topic === entriesTopic)).toMatchObject({ state: 'fits' });
    await eventually(async () => {
      const { body } = await services[1]!.probe('/health');
      return (body.details['lag.ledger'] as { records?: number }).records === 0;
    }, 'lag is 0');
  });
});
