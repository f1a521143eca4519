import { discoverConsumers } from '../../src/discover-consumers.js';
import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { orderRecord } from '../support/order-events.js';
import { startOwnPostgres, type PostgresServer } from '../support/stack.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('orders');
const group = uniqueName('storage-loader');
const COUNT = 3_000;

/** One story in order: each test begins where the one before has left the service and its database. */
describe('a service whose database comes and goes', () => {
  let kafka: TestKafka;
  let postgres: PostgresServer;
  let service: TestService;
  let published = 0;

  const publish = async (count: number): Promise<void> => {
    const records = Array.from({ length: count }, (_, index) => orderRecord(published + index));
    published += count;
    await kafka.publish(topic, records);
  };
  const stored = async (): Promise<number> => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM orders');
      return Number(rows[0]!.count);
    } finally {
      await client.end();
    }
  };
  const consumer = () => service.consumer('orders');

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 4);
    await kafka.createTopic(`${topic}.${group}.dlq`, 4);
    postgres = await startOwnPostgres();
    await postgres.stop();
    service = await startTestService({
      consumers: await discoverConsumers([new URL('../../src/consumers/', import.meta.url)]),
      environment: {
        CONSUMERS: 'orders',
        DATABASE_URL: postgres.url,
        ORDERS_TOPIC: topic,
        ORDERS_GROUP_ID: group,
      },
    });
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
    await postgres.stop();
  });

  it('starts while the database is down: live, not ready, and saying so', async () => {
    await eventually(
      async () => ((await consumer()).reason ?? '').includes('PostgreSQL at'),
      'it is named',
    );
    expect((await service.probe('/livez')).code).toBe(200);
    expect((await service.probe('/readyz')).code).toBe(503);
  });

  it('migrates and becomes ready by itself when the database is there', async () => {
    await postgres.start();
    await service.answers(200);
    await publish(500);
    await eventually(async () => (await stored()) === 500, 'orders are stored');
  });

  it('waits while the database is stopped under load: live, not ready, nothing dead-lettered', async () => {
    await publish(COUNT);
    await eventually(async () => (await stored()) > 700, 'orders are being stored');
    await postgres.stop();
    await service.answers(503);
    await eventually(async () => (await consumer()).records.waiting > 50, 'records wait for it');
    expect((await consumer()).waitingFor).toMatchObject([{ dependency: 'postgres' }]);
    expect((await service.probe('/livez')).code).toBe(200);
    expect(await kafka.read(`${topic}.${group}.dlq`)).toEqual([]);
  });

  it('stores everything when it is back', async () => {
    await postgres.start();
    await service.answers(200);
    await kafka.allCommitted(group, topic);
    expect(await stored()).toBe(published);
    expect(await kafka.read(`${topic}.${group}.dlq`)).toEqual([]);
  });

  it('outlives a database that is killed under load', async () => {
    await publish(COUNT);
    await eventually(
      async () => (await stored()) > published - COUNT + 200,
      'orders are being stored',
    );
    await postgres.kill();
    await service.answers(503);
    await postgres.start();
    await kafka.allCommitted(group, topic);
    expect(await stored()).toBe(published);
    expect(await kafka.read(`${topic}.${group}.dlq`)).toEqual([]);
    await service.answers(200);
  });
});
