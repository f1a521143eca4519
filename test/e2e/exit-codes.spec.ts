import { eventually } from '../support/eventually.js';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import { orderRecord } from '../support/order-events.js';
import { ServiceProcess } from '../support/service-process.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';
import type { ConsumerReport, Probe } from '../support/test-service.js';

/** Keeps whoever writes orders waiting for as long as the test wants. */
const HOLD_ORDERS = `
  CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_sleep(25); RETURN NEW; END $$;
  CREATE TRIGGER hold BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION hold()`;

describe('the compiled service with a handler that does not end', () => {
  const topic = uniqueName('exit-orders');
  const group = uniqueName('exit-group');
  let kafka: TestKafka;
  let database: FreshDatabase;
  let service: ServiceProcess;

  const inFlight = async (): Promise<number> => {
    const report = (await (await fetch(`${service.url}/health`)).json()) as Probe['body'];
    return (report.details['consumer.orders'] as ConsumerReport).records.inFlight;
  };
  const startHanging = async (shutdownTimeout: string): Promise<void> => {
    service = await ServiceProcess.listening({
      KAFKA_BROKERS: sharedBroker(),
      KAFKA_SESSION_TIMEOUT: '6s',
      DATABASE_URL: database.url,
      CONSUMERS: 'orders',
      ORDERS_TOPIC: topic,
      ORDERS_GROUP_ID: group,
      SHUTDOWN_TIMEOUT: shutdownTimeout,
    });
    await eventually(async () => (await inFlight()) === 1, 'the handler hangs', 60_000);
  };
  const committed = async (): Promise<number> =>
    [...(await kafka.committed(group, topic)).values()].reduce((sum, offset) => sum + offset, 0);

  beforeAll(async () => {
    [kafka, database] = await Promise.all([TestKafka.connect(), freshDatabase()]);
    await kafka.createTopic(topic, 1);
    await kafka.createTopic(`${topic}.${group}.dlq`, 1);
    service = await ServiceProcess.listening({
      KAFKA_BROKERS: sharedBroker(),
      DATABASE_URL: database.url,
      CONSUMERS: 'orders',
      ORDERS_TOPIC: topic,
      ORDERS_GROUP_ID: group,
    });
    await kafka.publish(topic, [orderRecord(1)]);
    await kafka.allCommitted(group, topic, 60_000);
    service.signal('SIGTERM');
    expect(await service.exit()).toBe(0);
    await database.query(HOLD_ORDERS);
    await kafka.publish(topic, [orderRecord(2)]);
  });

  afterAll(async () => {
    await service.end();
    await kafka.close();
    await database.drop();
  });

  it('ends with exit 1 past SHUTDOWN_TIMEOUT, says so, and commits nothing of it', async () => {
    await startHanging('1s');
    service.signal('SIGTERM');
    expect(await service.exit()).toBe(1);
    expect(service.output).toContain('not drained within SHUTDOWN_TIMEOUT');
    expect(await committed()).toBe(1);
  });

  it('ends with exit 1 at a second signal, without waiting for the first one’s end', async () => {
    await startHanging('10m');
    service.signal('SIGTERM');
    await eventually(() => service.output.includes('"draining"'), 'the first signal is heard');
    service.signal('SIGTERM');
    expect(await service.exit()).toBe(1);
    expect(service.output).not.toContain('drained within');
    expect(await committed()).toBe(1);
  });

  it('is handled by the next process, once', async () => {
    await database.query('DROP TRIGGER hold ON orders');
    service = await ServiceProcess.listening({
      KAFKA_BROKERS: sharedBroker(),
      DATABASE_URL: database.url,
      CONSUMERS: 'orders',
      ORDERS_TOPIC: topic,
      ORDERS_GROUP_ID: group,
    });
    await kafka.allCommitted(group, topic, 60_000);
    const rows = await database.query<{ count: string }>('SELECT count(*) FROM orders');
    expect(rows).toEqual([{ count: '2' }]);
  });
});
