import { freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import { eventually } from '../support/eventually.js';
import { orderRecord } from '../support/order-events.js';
import { ServiceProcess } from '../support/service-process.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';
import type { ConsumerReport, Probe } from '../support/test-service.js';

const CANARY = 'canary-8c1f-password';

describe('the compiled service with a wrong configuration', () => {
  it('ends with exit 2 and names every key at once', async () => {
    const service = new ServiceProcess({ KAFKA_COMMIT_INTERVAL: '5', KAFKA_BROKER: 'x:1' });
    expect(await service.exit()).toBe(2);
    for (const key of ['KAFKA_BROKERS', 'KAFKA_COMMIT_INTERVAL', 'KAFKA_BROKER', 'DATABASE_URL']) {
      expect(service.output).toContain(key);
    }
  });

  it('never prints a secret', async () => {
    const service = new ServiceProcess({
      KAFKA_BROKERS: '127.0.0.1:1',
      DATABASE_URL: `postgres://user:${CANARY}@127.0.0.1:1/x`,
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_SASL_USERNAME: 'user',
      KAFKA_SASL_PASSWORD: CANARY,
      PORT: 'none',
    });
    expect(await service.exit()).toBe(2);
    expect(service.output).toContain('PORT');
    expect(service.output).not.toContain(CANARY);
  });
});

describe('the compiled service', () => {
  const topic = uniqueName('orders');
  const group = uniqueName('storage-loader');
  let kafka: TestKafka;
  let database: FreshDatabase;
  let service: ServiceProcess;

  beforeAll(async () => {
    [kafka, database] = await Promise.all([TestKafka.connect(), freshDatabase()]);
  });

  afterEach(() => service.end());

  afterAll(async () => {
    await kafka.close();
    await database.drop();
  });

  const environment = () => ({
    KAFKA_BROKERS: sharedBroker(),
    KAFKA_AUTO_CREATE_TOPICS: 'true',
    DATABASE_URL: database.url,
    CONSUMERS: 'orders',
    KAFKA_SESSION_TIMEOUT: '6s',
    ORDERS_TOPIC: topic,
    ORDERS_GROUP_ID: group,
  });
  const stored = async (): Promise<number> => {
    const [row] = await database.query<{ count: string }>('SELECT count(*) FROM orders');
    return Number(row!.count);
  };

  it('creates its topics where that is allowed, becomes ready and drains on SIGTERM with exit 0', async () => {
    service = await ServiceProcess.listening(environment());
    await service.answers('/readyz', 200);
    await kafka.publish(
      topic,
      Array.from({ length: 3_000 }, (_, number) => orderRecord(number)),
    );
    await eventually(async () => (await stored()) > 100, 'orders are being stored');
    service.signal('SIGTERM');
    expect(await service.exit()).toBe(0);
    const committed = [...(await kafka.committed(group, topic)).values()];
    const total = committed.reduce((sum, offset) => sum + offset, 0);
    expect(total).toBe(await stored());
  });

  it('goes on where it stopped', async () => {
    service = await ServiceProcess.listening(environment());
    await kafka.allCommitted(group, topic);
    expect(await stored()).toBe(3_000);
    const report = (await (await fetch(`${service.url}/health`)).json()) as Probe['body'];
    expect((report.details['consumer.orders'] as ConsumerReport).records.duplicate).toBe(0);
  });

  it('logs one JSON event a line, without payload', async () => {
    service = await ServiceProcess.listening({ ...environment(), LOG_LEVEL: 'debug' });
    await service.answers('/readyz', 200);
    await kafka.publish(topic, [{ key: 'secret-key', value: '{"customer_name":"secret person"}' }]);
    await kafka.allCommitted(group, topic);
    service.signal('SIGTERM');
    await service.exit();
    const lines = service.output.trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.find(({ event }) => event === 'record-dead-lettered')).toMatchObject({
      topic,
      reason: 'validation',
      attempt: 1,
      keyHash: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(service.output).not.toMatch(/secret/);
  });

  it('ends with exit 0 also while no broker answers', async () => {
    service = await ServiceProcess.listening({ ...environment(), KAFKA_BROKERS: '127.0.0.1:1' });
    await service.answers('/readyz', 503);
    await service.answers('/livez', 200);
    service.signal('SIGTERM');
    expect(await service.exit()).toBe(0);
  });
});
