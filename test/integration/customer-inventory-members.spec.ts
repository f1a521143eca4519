import { AnalyticsStandIn } from '../support/analytics.js';
import { eventually } from '../support/eventually.js';
import { linesOf, sumOf } from '../support/metrics-text.js';
import { customerInventory, syncMessage, type SyncOptions } from '../support/sync-messages.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';
import { startTestService, type TestService } from '../support/test-service.js';

const PARTITIONS = 4;

let kafka: TestKafka;
let api: AnalyticsStandIn;
let customers: string;
let inventory: string;
let group: string;
let services: TestService[];

beforeEach(async () => {
  [customers, inventory, group] = ['customers', 'inventory', 'merge'].map(uniqueName) as [
    string,
    string,
    string,
  ];
  services = [];
  kafka = await TestKafka.connect();
  api = await new AnalyticsStandIn().listen();
  for (const topic of [customers, inventory]) {
    await kafka.createTopic(topic, PARTITIONS);
    await kafka.createTopic(`${topic}.${group}.dlq`, PARTITIONS);
  }
});

afterEach(async () => {
  for (const service of services) await service.stop();
  await api.close();
  await kafka.close();
});

async function start(environment: Record<string, string> = {}): Promise<TestService> {
  const service = await startTestService({
    consumers: await customerInventory(),
    environment: {
      KAFKA_BROKERS: sharedBroker(),
      CUSTOMER_INVENTORY_TOPICS: `${customers},${inventory}`,
      CUSTOMER_INVENTORY_GROUP_ID: group,
      ANALYTICS_API_BASE_URL: api.url,
      MERGE_FLUSH_INTERVAL: '200ms',
      ...environment,
    },
  });
  services.push(service);
  await service.answers(200);
  return service;
}

async function publish(
  number: number,
  entities: Parameters<typeof syncMessage>[1],
  options: SyncOptions & { readonly partition?: number } = {},
): Promise<void> {
  const { kind = 'customer', partition = number % PARTITIONS } = options;
  const value = syncMessage(number, entities, options);
  await kafka.publish(kind === 'customer' ? customers : inventory, [{ partition, value }]);
}

/** Every time that an entity was applied, by its id. */
const applied = (): string[] =>
  api.accepted
    .events()
    .flatMap(({ body }) => [...body.customers, ...body.products].map(({ id }) => String(id)));
const settled = async (): Promise<void> => {
  for (const topic of [customers, inventory]) await kafka.allCommitted(group, topic);
};

describe('members of the merging group', () => {
  it('send each message once, while others join and leave', async () => {
    const first = await start({ MERGE_FLUSH_INTERVAL: '2s' });
    const numbers = Array.from({ length: 60 }, (_, number) => number);
    const publishing = (async () => {
      for (const number of numbers) {
        await publish(number, [{ id: `customer-${number}` }]);
        await publish(number, [{ id: `product-${number}` }], { kind: 'product' });
      }
    })();
    await start({ MERGE_FLUSH_INTERVAL: '2s' });
    await publishing;
    await first.stop();
    services.shift();
    await settled();
    const expected = numbers.flatMap((number) => [`customer-${number}`, `product-${number}`]);
    expect(applied().sort()).toEqual(expected.sort());
  });

  it('send what is buffered before they stop, without waiting for its time', async () => {
    const service = await start({ MERGE_FLUSH_INTERVAL: '2m' });
    await publish(1, [{ id: 'buffered' }]);
    await eventually(async () => {
      const lines = linesOf(await (await fetch(`${service.url}/metrics`)).text());
      return sumOf(lines, 'merge_buffer_records') === 1;
    }, 'the message is buffered');
    expect(applied()).toEqual([]);
    await service.stop();
    services.pop();
    expect(applied()).toEqual(['buffered']);
    await settled();
  });
});

describe('a message that was sent before', () => {
  const outcomes = async (service: TestService) => {
    const { done, duplicate } = (await service.consumer('customer-inventory')).records;
    return { done, duplicate };
  };

  it('is a duplicate by its id, and by its content if nothing else was accepted since', async () => {
    const service = await start();
    const say = async (number: number, name: string, options: SyncOptions = {}): Promise<void> => {
      await publish(number, [{ id: 'c-1', name }], options);
      await settled();
    };
    const health = async (): Promise<boolean> =>
      (await service.probe('/health')).body.details['lag.customer-inventory'] !== undefined;
    await eventually(health, 'the lag of all partitions is read');
    // Until it is known who reads all partitions, each is sent.
    let number = 0;
    await eventually(async () => {
      await say((number += 1), 'before');
      return (await outcomes(service)).duplicate > 0;
    }, 'contents are compared');
    const { done, duplicate } = await outcomes(service);
    const events = api.accepted.events().length;
    await say((number += 1), 'A');
    await say(number, 'A');
    await say((number += 1), 'A');
    await say((number += 1), 'B');
    await say((number += 1), 'A');
    expect(await outcomes(service)).toEqual({ done: done + 3, duplicate: duplicate + 2 });
    const names = api.accepted.events().map(({ body }) => body.customers[0]!['name']);
    expect(names.slice(events)).toEqual(['A', 'B', 'A']);
  });

  it('is not compared by its content while somebody else may send too', async () => {
    await start();
    await start();
    for (const number of [1, 2, 3, 4, 5]) {
      await publish(number, [{ id: 'c-1', name: 'A' }]);
      await settled();
    }
    expect(applied()).toHaveLength(5);
  });
});
