import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeCompletedAhead } from '../../src/kafka/consumer/offsets/index.js';
import { eventually } from '../support/eventually.js';
import { committedByJavaTools } from '../support/java-producer.js';
import { ServiceProcess } from '../support/service-process.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';
import type { ConsumerReport, Probe } from '../support/test-service.js';

const MAIN = fileURLToPath(new URL('../fixtures/attempt-log/main.mjs', import.meta.url));
const OTHERS = 600;
const HEAD = 2;
/** Of the head's key, so that it waits for the head. */
const BEHIND_HEAD = HEAD + OTHERS + 1;
const ALL = BEHIND_HEAD + 1;

const topic = uniqueName('slow-head');
const group = uniqueName('slow-head-group');

describe('a process that is killed while one record hangs and hundreds behind it are settled', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slow-head-'));
  const attemptLog = join(folder, 'attempts');
  let kafka: TestKafka;
  let service: ServiceProcess;

  const start = (more: Record<string, string> = {}) =>
    ServiceProcess.listening(
      {
        KAFKA_BROKERS: sharedBroker(),
        KAFKA_SESSION_TIMEOUT: '6s',
        KAFKA_COMMIT_INTERVAL: '200ms',
        LOG_LEVEL: 'error',
        ATTEMPT_LOG: attemptLog,
        LOGGED_TOPICS: topic,
        LOGGED_GROUP: group,
        WORK_MS: '0',
        ...more,
      },
      MAIN,
    );
  const idsOf = (event: string): number[] =>
    readFileSync(attemptLog, 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith(`${event} `) ? [Number(line.split(' ')[1])] : []));

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 1);
    await kafka.createTopic(`${topic}.${group}.dlq`, 1);
    await kafka.publish(
      topic,
      Array.from({ length: ALL }, (_, id) => ({
        key: id === HEAD || id === BEHIND_HEAD ? 'head' : `key-${id}`,
        value: JSON.stringify({ id }),
      })),
    );
  });

  afterAll(async () => {
    await service.end();
    await kafka.close();
    rmSync(folder, { recursive: true });
  });

  it('has told the broker which ones, beside an offset that every tool reads', async () => {
    service = await start({ HANGING_ID: String(HEAD) });
    const place = { partition: `${topic}-0`, base: HEAD };
    await eventually(async () => {
      const metadata = await kafka.committedMetadata(group, topic);
      const [from, to] = decodeCompletedAhead(place, metadata) ?? [];
      return from === HEAD + 1 && to === BEHIND_HEAD;
    }, 'everything settled is in the metadata');
    expect(await kafka.committed(group, topic)).toEqual(new Map([[0, HEAD]]));
    expect(await committedByJavaTools(sharedBroker(), group)).toEqual([
      { topic, partition: 0, offset: HEAD, metadata: await kafka.committedMetadata(group, topic) },
    ]);
  });

  it('repeats after its restart the one that hung, and no other', async () => {
    await service.end();
    service = await start();
    await kafka.allCommitted(group, topic, 60_000);
    const times = new Map<number, number>();
    for (const id of idsOf('start')) times.set(id, (times.get(id) ?? 0) + 1);
    expect(times.size).toBe(ALL);
    expect([...times].filter(([, count]) => count > 1)).toEqual([[HEAD, 2]]);
    expect(idsOf('end').length).toBe(ALL);
  });

  it('counts those that it passed over on their own', async () => {
    const report = (await (await fetch(`${service.url}/health`)).json()) as Probe['body'];
    const { records } = report.details['consumer.logged'] as ConsumerReport;
    expect(records).toMatchObject({ received: 2, done: 2, alreadySettled: OTHERS });
    expect(await kafka.committedMetadata(group, topic)).toBe('');
  });
});
