import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import {
  produceWithJava,
  readWithJava,
  type JavaCodec,
  type JavaReadRecord,
} from '../support/java-producer.js';
import { orderScenario, type RawRecord } from '../support/order-scenario.js';
import { ServiceProcess } from '../support/service-process.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';
import type { Probe } from '../support/test-service.js';

const ORDERS = 20_000;
const PARTITIONS = 12;
const KILLS = 5;
const CODECS: readonly JavaCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const scenario = orderScenario(ORDERS);

/** One load of orders, bad records and duplicates on a topic of its own, and what came of it. */
class Load {
  readonly topic = uniqueName('orders');
  readonly group = uniqueName('storage-loader');
  readonly deadLetters = `${this.topic}.${this.group}.dlq`;

  constructor(
    private readonly kafka: TestKafka,
    readonly database: FreshDatabase,
  ) {}

  /** Shared out among producers: kafkajs with gzip's sibling "none", the Java client with every codec. */
  async publish(): Promise<void> {
    await this.kafka.createTopic(this.topic, PARTITIONS);
    await this.kafka.createTopic(this.deadLetters, PARTITIONS);
    const all: RawRecord[] = [...scenario.good, ...scenario.poison, ...scenario.duplicates];
    const isPlain = (_: RawRecord, index: number): boolean =>
      index < scenario.good.length && index % (CODECS.length + 1) === CODECS.length;
    const byKafkajs = all.filter(isPlain);
    const byJava = all.filter((record, index) => !isPlain(record, index));
    await this.kafka.publish(
      this.topic,
      byKafkajs.map(({ key, value, headers }) => ({
        key,
        value,
        headers: Object.fromEntries(headers) as never,
      })),
    );
    for (const [turn, codec] of CODECS.entries()) {
      const share = byJava.filter((_, index) => index % CODECS.length === turn);
      const records = share.map((record) => ({ topic: this.topic, ...record }));
      await produceWithJava(sharedBroker(), codec, records, { lingerMs: 20 });
    }
  }

  start(): Promise<ServiceProcess> {
    return ServiceProcess.listening({
      KAFKA_BROKERS: sharedBroker(),
      KAFKA_SESSION_TIMEOUT: '6s',
      LOG_LEVEL: 'error',
      CONSUMERS: 'orders',
      DATABASE_URL: this.database.url,
      ORDERS_TOPIC: this.topic,
      ORDERS_GROUP_ID: this.group,
    });
  }

  async settled(): Promise<void> {
    await this.kafka.allCommitted(this.group, this.topic, 180_000);
  }

  async totals(): Promise<Map<string, string>> {
    const rows = await this.database.query<{ order_id: string; total: string }>(
      'SELECT order_id, total_price::text AS total FROM orders',
    );
    return new Map(rows.map(({ order_id, total }) => [order_id, total]));
  }
}

const poisonId = ({ headers }: JavaReadRecord): string =>
  headers.find(([name]) => name === 'poison-id')![1]!.toString();
const ours = (record: JavaReadRecord, name: string): string | undefined =>
  record.headers.find(([header]) => header === name)?.[1]?.toString();
const isOurs = ([name]: readonly [string, Buffer | null]): boolean =>
  name.startsWith('x-dlq-') && name !== 'x-dlq-original-like';

/** Each bad record's dead letters are it, to the byte, with the right reason. */
function expectUnchanged(found: readonly JavaReadRecord[]): void {
  const byId = new Map(scenario.poison.map((record) => [record.id, record]));
  for (const record of found) {
    const { key, value, headers, reason } = byId.get(poisonId(record))!;
    expect({
      key: record.key,
      value: record.value,
      headers: record.headers.filter((header) => !isOurs(header)),
      reason: ours(record, 'x-dlq-reason'),
      attempts: ours(record, 'x-dlq-attempts'),
    }).toEqual({ key, value, headers, reason, attempts: '1' });
  }
}

describe('20,000 order events from producers with every codec, bad ones and duplicates among them', () => {
  let kafka: TestKafka;
  let database: FreshDatabase;
  let load: Load;
  const services: ServiceProcess[] = [];

  beforeAll(async () => {
    kafka = await TestKafka.connect();
  });

  beforeEach(async () => {
    database = await freshDatabase();
    load = new Load(kafka, database);
    await load.publish();
  }, 120_000);

  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.end()));
    await database.drop();
  });

  afterAll(() => kafka.close());

  it('are stored exactly, and each bad one is one dead letter, unchanged', async () => {
    const service = await load.start();
    services.push(service);
    await load.settled();
    expect(await load.totals()).toEqual(scenario.totals);
    const found = await readWithJava(sharedBroker(), load.deadLetters);
    expect(found.map(poisonId).sort()).toEqual(scenario.poison.map(({ id }) => id).sort());
    expectUnchanged(found);
    await eventually(async () => {
      const report = (await (await fetch(`${service.url}/health`)).json()) as Probe['body'];
      return (report.details['lag.orders'] as { records?: number }).records === 0;
    }, 'lag is 0');
  }, 240_000);

  it('are stored just so while two members are killed five times, repeats of a dead letter having its id', async () => {
    const members = await Promise.all([load.start(), load.start()]);
    services.push(...members);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const victim = kill % members.length;
      // At any moment of the work: the kill itself is the condition that is waited out.
      await sleep(1_500 + Math.random() * 2_500);
      await members[victim]!.end();
      members[victim] = await load.start();
      services.push(members[victim]);
    }
    await load.settled();
    expect(await load.totals()).toEqual(scenario.totals);
    const found = await readWithJava(sharedBroker(), load.deadLetters);
    const ids = new Map<string, Set<string>>();
    for (const record of found) {
      const id = poisonId(record);
      ids.set(id, (ids.get(id) ?? new Set()).add(ours(record, 'x-dlq-id')!));
    }
    expect([...ids.keys()].sort()).toEqual(scenario.poison.map(({ id }) => id).sort());
    expect([...ids.values()].filter(({ size }) => size > 1)).toEqual([]);
    expectUnchanged(found);
  }, 300_000);
});
