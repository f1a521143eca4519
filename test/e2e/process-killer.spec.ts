import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServiceProcess } from '../support/service-process.js';
import { headerOf, sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';

const MAIN = fileURLToPath(new URL('../fixtures/attempt-log/main.mjs', import.meta.url));
const COUNT = 40;
const KILLER = 17;

describe.each([
  ['kills itself (SIGKILL)', 'kill', 'SIGKILL'],
  ['ends the process', 'exit', 7],
])('with a crash journal, a record whose handler %s', (_name, deed, end) => {
  const topic = uniqueName(`killer-${deed}`);
  const group = `${topic}-group`;
  const folder = mkdtempSync(join(tmpdir(), 'process-killer-'));
  const attemptLog = join(folder, 'attempts');
  const killer = Buffer.from(JSON.stringify({ id: KILLER, deed }));
  let kafka: TestKafka;
  let service: ServiceProcess;

  const start = () =>
    ServiceProcess.listening(
      {
        KAFKA_BROKERS: sharedBroker(),
        KAFKA_SESSION_TIMEOUT: '6s',
        KAFKA_COMMIT_INTERVAL: '200ms',
        KAFKA_CRASH_JOURNAL: join(folder, 'journal'),
        LOG_LEVEL: 'warn',
        ATTEMPT_LOG: attemptLog,
        LOGGED_TOPICS: topic,
        LOGGED_GROUP: group,
        WORK_MS: '5',
      },
      MAIN,
    );
  const timesOf = (event: string, id: number): number =>
    readFileSync(attemptLog, 'utf8')
      .split('\n')
      .filter((line) => line === `${event} ${id}`).length;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 2);
    await kafka.createTopic(`${topic}.${group}.dlq`, 2);
    await kafka.publish(
      topic,
      Array.from({ length: COUNT }, (_, id) => ({
        key: `key-${id}`,
        value: id === KILLER ? killer : JSON.stringify({ id }),
      })),
    );
  });

  afterAll(async () => {
    await service.end();
    await kafka.close();
    rmSync(folder, { recursive: true });
  });

  it('ends the process four times at most: once beside others, three times alone', async () => {
    const endings: (number | string)[] = [];
    for (;;) {
      service = await start();
      const committed = kafka.allCommitted(group, topic, 60_000).then(() => 'committed');
      const ending = await Promise.race([service.exit(), committed]);
      if (ending === 'committed') break;
      committed.catch(() => undefined);
      endings.push(ending);
      expect(endings.length).toBeLessThan(5);
    }
    expect(endings.every((ending) => ending === end)).toBe(true);
    expect([3, 4]).toContain(endings.length);
    expect(timesOf('start', KILLER)).toBe(endings.length);
  });

  it('is dead-lettered as rejected, byte for byte, and never reaches its handler again', async () => {
    const deadLetters = await kafka.read(`${topic}.${group}.dlq`);
    expect(deadLetters.map((letter) => headerOf(letter, 'x-dlq-reason'))).toEqual(['rejected']);
    const [letter] = deadLetters;
    expect(letter!.value).toEqual(killer);
    expect(letter!.key?.toString()).toBe(`key-${KILLER}`);
    expect(headerOf(letter!, 'x-dlq-error-class')).toBe('ProcessKillerError');
  });

  it('keeps none of the others from being done', () => {
    const ids = Array.from({ length: COUNT }, (_, id) => id).filter((id) => id !== KILLER);
    expect(ids.filter((id) => timesOf('end', id) === 0)).toEqual([]);
  });
});
