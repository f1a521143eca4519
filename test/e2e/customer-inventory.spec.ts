import { AnalyticsStandIn } from '../support/analytics.js';
import { eventually } from '../support/eventually.js';
import { ServiceProcess } from '../support/service-process.js';
import { syncMessage, type SyncKind } from '../support/sync-messages.js';
import { headerOf, sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';

const COUNT = 120;
const PARTITIONS = 3;
const customers = uniqueName('customers');
const inventory = uniqueName('inventory');
const group = uniqueName('merge');
const topicOf = { customer: customers, product: inventory } as const;
const KINDS = ['customer', 'product'] as const;

const idOf = (kind: SyncKind, number: number): string => `${kind}-${number}`;
/** One message for each number, in the partition and at the offset that follow from it. */
const partitionOf = (number: number): number => number % PARTITIONS;
const offsetOf = (number: number): number => Math.floor(number / PARTITIONS);

/** What is wrong with some, by kind and number. */
const REFUSED = new Set([idOf('customer', 13), idOf('product', 50), idOf('product', 51)]);
const UNREADABLE = new Set([idOf('customer', 7), idOf('customer', 77)]);
const INVALID = new Set([idOf('product', 8)]);
const isGood = (id: string): boolean => !REFUSED.has(id) && !UNREADABLE.has(id) && !INVALID.has(id);

function idsBelow(end: number): string[] {
  return KINDS.flatMap((kind) => Array.from({ length: end }, (_, number) => idOf(kind, number)));
}

const goodBelow = (end: number): number => idsBelow(end).filter(isGood).length;

function valueOf(kind: SyncKind, number: number): string {
  const id = idOf(kind, number);
  const value = syncMessage(number, [{ id, number }], { kind });
  if (UNREADABLE.has(id)) return value.slice(0, -5);
  return INVALID.has(id) ? value.replace('spec', '') : value;
}

describe('customers and inventory, through an API that fails in every way and a process that is killed', () => {
  const services: ServiceProcess[] = [];
  let kafka: TestKafka;
  let api: AnalyticsStandIn;

  const start = async (): Promise<ServiceProcess> => {
    const service = await ServiceProcess.listening({
      KAFKA_BROKERS: sharedBroker(),
      KAFKA_SESSION_TIMEOUT: '6s',
      KAFKA_COMMIT_INTERVAL: '100ms',
      KAFKA_AUTO_CREATE_TOPICS: 'true',
      LOG_LEVEL: 'error',
      CONSUMERS: 'customer-inventory',
      CUSTOMER_INVENTORY_TOPICS: `${customers},${inventory}`,
      CUSTOMER_INVENTORY_GROUP_ID: group,
      CUSTOMER_INVENTORY_RETRY_BACKOFF: '50ms',
      ANALYTICS_API_BASE_URL: api.url,
      ANALYTICS_API_TIMEOUT: '500ms',
      MERGE_FLUSH_INTERVAL: '200ms',
      MERGE_FLUSH_RECORDS: '20',
    });
    services.push(service);
    return service;
  };
  const publish = async (from: number, to: number): Promise<void> => {
    const numbers = Array.from({ length: to - from }, (_, index) => from + index);
    for (const kind of KINDS) {
      await kafka.publish(
        topicOf[kind],
        numbers.map((number) => ({
          partition: partitionOf(number),
          value: valueOf(kind, number),
        })),
      );
    }
  };
  const accepted = (): Set<string> =>
    new Set(api.accepted.entities().map(({ id }) => id as string));
  /** Those whose offsets are committed and that the API does not have, read in this order. */
  const committedTooSoon = async (): Promise<string[]> => {
    const missing: string[] = [];
    for (const kind of KINDS) {
      const committed = await kafka.committed(group, topicOf[kind]);
      const atApi = accepted();
      for (let number = 0; number < COUNT; number += 1) {
        const id = idOf(kind, number);
        const isCommitted = offsetOf(number) < (committed.get(partitionOf(number)) ?? 0);
        if (isCommitted && isGood(id) && !atApi.has(id)) missing.push(id);
      }
    }
    return missing;
  };
  const deadLetters = async (): Promise<string[][]> => {
    const found: string[][] = [];
    for (const kind of KINDS) {
      for (const letter of await kafka.read(`${topicOf[kind]}.${group}.dlq`)) {
        const offset = Number(headerOf(letter, 'x-dlq-original-offset'));
        const partition = Number(headerOf(letter, 'x-dlq-original-partition'));
        const number = offset * PARTITIONS + partition;
        expect(letter.value?.toString()).toBe(valueOf(kind, number));
        found.push([idOf(kind, number), headerOf(letter, 'x-dlq-reason')!]);
      }
    }
    return found.sort();
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    api = await new AnalyticsStandIn().listen();
    for (const topic of [customers, inventory]) await kafka.createTopic(topic, PARTITIONS);
  });

  afterAll(async () => {
    for (const service of services) await service.end();
    await api.close();
    await kafka.close();
  });

  const refusals = [...REFUSED].map((entity, index) => ({ status: 400 + index * 11, entity }));

  it('tries an event again with its key, whatever the API does to it', async () => {
    api.fail([
      { status: 500, times: 1 },
      { status: 429, retryAfter: 1, times: 1 },
      { hang: true, times: 1 },
      { loseAnswer: true, times: 1 },
    ]);
    await start();
    await publish(0, 7);
    await eventually(() => accepted().size === 2 * 7, 'what is good is at the API');
    // Tries of one event follow one another: the four failed ones, and the one that was answered at last.
    const keys = api.keys.slice(0, 5);
    expect(new Set(keys.slice(0, 4)).size).toBe(1);
    expect(api.accepted.events().filter(({ key }) => key === keys[0])).toHaveLength(1);
    expect(await committedTooSoon()).toEqual([]);
  });

  it('sends what was refused with others without them', async () => {
    api.fail(refusals);
    await publish(7, 40);
    await eventually(() => accepted().size === goodBelow(40), 'what is good is at the API');
    expect(await committedTooSoon()).toEqual([]);
  });

  it('is not ready while the API takes nothing, commits nothing, and goes on by itself', async () => {
    const [service] = services;
    await service!.answers('/readyz', 200);
    api.fail([{ status: 401 }]);
    const before = accepted().size;
    await publish(40, 80);
    await service!.answers('/readyz', 503);
    expect(accepted().size).toBe(before);
    expect(await committedTooSoon()).toEqual([]);
    api.fail(refusals);
    await eventually(() => accepted().size === goodBelow(80), 'what is good is at the API');
    await service!.answers('/readyz', 200);
  });

  it('loses nothing of what it buffered when it is killed', async () => {
    const [service] = services;
    const { requests } = api;
    api.fail([...refusals, { loseAnswer: true, times: 2 }, { hang: true }]);
    await publish(80, COUNT);
    await eventually(() => api.requests >= requests + 3, 'an event is under way');
    service!.signal('SIGKILL');
    await service!.exit();
    expect(await committedTooSoon()).toEqual([]);
    api.fail(refusals);
    await start();
    for (const topic of [customers, inventory]) await kafka.allCommitted(group, topic);
    expect([...accepted()].sort()).toEqual(idsBelow(COUNT).filter(isGood).sort());
  });

  it('dead-letters the refused and the unreadable ones, unchanged, and nothing else', async () => {
    const reasons = [
      ...[...REFUSED].map((id) => [id, 'non-retryable']),
      ...[...UNREADABLE].map((id) => [id, 'deserialization']),
      ...[...INVALID].map((id) => [id, 'validation']),
    ];
    expect(await deadLetters()).toEqual(reasons.sort());
  });
});
