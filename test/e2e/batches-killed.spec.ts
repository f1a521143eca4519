import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.js';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import { ServiceProcess } from '../support/service-process.js';
import { headerOf, sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';

const MAIN = fileURLToPath(new URL('../fixtures/batched-effects/main.mjs', import.meta.url));
const COUNT = 2_000;
const PARTITIONS = 2;

const topic = uniqueName('batches-killed');
const group = `${topic}-group`;
const deadLetters = `${topic}.${group}.dlq`;

/** What is no JSON, breaks the contract, is refused by the handler, and makes the whole statement fail. */
const REASONS = new Map([
  [1, 'deserialization'],
  [3, 'validation'],
  [7, 'non-retryable'],
  [13, 'exhausted'],
]);

const reasonOf = (id: number): string | undefined => REASONS.get(id % 100);

function valueOf(id: number): string {
  if (reasonOf(id) === 'deserialization') return '{"id":';
  return JSON.stringify({ id: reasonOf(id) === 'validation' ? 'text' : id });
}

describe('a process that is killed in the middle of its batches', () => {
  const ids = Array.from({ length: COUNT }, (_, id) => id);
  const services: ServiceProcess[] = [];
  let kafka: TestKafka;
  let database: FreshDatabase;

  const start = async (): Promise<ServiceProcess> => {
    const environment = {
      KAFKA_BROKERS: sharedBroker(),
      KAFKA_SESSION_TIMEOUT: '6s',
      KAFKA_COMMIT_INTERVAL: '200ms',
      LOG_LEVEL: 'error',
      DATABASE_URL: database.url,
      BATCHED_TOPIC_NAME: topic,
      BATCHED_GROUP_NAME: group,
      BATCHED_RETRY_BACKOFF: '20ms',
      BATCHED_MAX_RETRIES: '1',
      WORK_MS: '20',
    };
    const service = await ServiceProcess.listening(environment, MAIN);
    services.push(service);
    return service;
  };
  const effects = async (): Promise<number[]> =>
    (await database.query<{ id: number }>('SELECT id FROM effects ORDER BY id')).map(
      ({ id }) => id,
    );

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    database = await freshDatabase();
    await database.query('CREATE TABLE effects (id int NOT NULL CHECK (id % 100 <> 13))');
    for (const name of [topic, deadLetters]) await kafka.createTopic(name, PARTITIONS);
    await kafka.publish(
      topic,
      ids.map((id) => ({ partition: id % PARTITIONS, key: String(id), value: valueOf(id) })),
    );
    for (const reached of [200, 900]) {
      const service = await start();
      await eventually(async () => (await effects()).length >= reached, `${reached} are stored`);
      await service.end();
    }
    await start();
    await kafka.allCommitted(group, topic);
  }, 120_000);

  afterAll(async () => {
    for (const service of services) await service.end();
    await kafka.close();
    await database.drop();
  });

  it('has stored each good record once', async () => {
    expect(await effects()).toEqual(ids.filter((id) => reasonOf(id) === undefined));
  });

  it('has each bad one among its dead letters, for its own reason, repeats with the same id', async () => {
    const letters = await kafka.read(deadLetters);
    const found = new Map(letters.map((letter) => [headerOf(letter, 'x-dlq-id'), letter] as const));
    const told = [...found.values()].map((letter) => [
      Number(letter.key),
      headerOf(letter, 'x-dlq-reason'),
    ]);
    const expected = ids.flatMap((id) => (reasonOf(id) === undefined ? [] : [[id, reasonOf(id)]]));
    expect(told.sort((left, right) => Number(left[0]) - Number(right[0]))).toEqual(expected);
  });

  it('has committed exactly what there is', async () => {
    expect(await kafka.committed(group, topic)).toEqual(await kafka.ends(topic));
  });
});
