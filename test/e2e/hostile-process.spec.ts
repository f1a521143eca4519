import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.js';
import { ServiceProcess } from '../support/service-process.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';
import type { ConsumerReport, Probe } from '../support/test-service.js';

const MAIN = fileURLToPath(new URL('../fixtures/attempt-log/main.mjs', import.meta.url));
const COUNT = 60;

describe('a process whose handler', () => {
  const topic = uniqueName('hostile-process');
  const group = uniqueName('hostile-process-group');
  const folder = mkdtempSync(join(tmpdir(), 'hostile-process-'));
  const attemptLog = join(folder, 'attempts');
  let kafka: TestKafka;
  let service: ServiceProcess;

  const timesOf = (event: string): Map<number, number> => {
    const times = new Map<number, number>();
    for (const line of readFileSync(attemptLog, 'utf8').split('\n')) {
      const [what, id] = line.split(' ');
      if (what === event) times.set(Number(id), (times.get(Number(id)) ?? 0) + 1);
    }
    return times;
  };
  const report = async (): Promise<ConsumerReport> => {
    const body = (await (await fetch(`${service.url}/health`)).json()) as Probe['body'];
    return body.details['consumer.logged'] as ConsumerReport;
  };
  const publish = (records: readonly object[]): Promise<void> =>
    kafka.publish(
      topic,
      records.map((record, index) => ({ key: `key-${index}`, value: JSON.stringify(record) })),
    );

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 2);
    await kafka.createTopic(`${topic}.${group}.dlq`, 2);
    service = await ServiceProcess.listening(
      {
        KAFKA_BROKERS: sharedBroker(),
        KAFKA_SESSION_TIMEOUT: '6s',
        KAFKA_COMMIT_INTERVAL: '200ms',
        LOG_LEVEL: 'error',
        ATTEMPT_LOG: attemptLog,
        LOGGED_TOPICS: topic,
        LOGGED_GROUP: group,
        WORK_MS: '5',
      },
      MAIN,
    );
    await service.answers('/readyz', 200, 60_000);
  });

  afterAll(async () => {
    await service.end();
    await kafka.close();
    rmSync(folder, { recursive: true });
  });

  it('leaves a rejection that nobody waits for lives on, says it once, and handles what follows', async () => {
    await publish([{ id: 1_000, deed: 'reject' }, { id: 1_001, deed: 'reject' }, { id: 1_002 }]);
    await kafka.allCommitted(group, topic, 60_000);
    expect([...timesOf('end').keys()].sort()).toEqual([1_000, 1_001, 1_002]);
    await eventually(() => service.output.includes('unhandled-rejection'), 'it is logged');
    expect(service.output.match(/unhandled-rejection/g)).toHaveLength(1);
    await service.answers('/livez', 200);
  });

  it('blocks the event loop past the session timeout is evicted, joins again, and loses nothing', async () => {
    const { rebalances } = await report();
    const records = Array.from({ length: COUNT }, (_, id) =>
      id === COUNT / 2 ? { id, deed: 'blockOnce', milliseconds: 8_000 } : { id },
    );
    await publish(records);
    await kafka.allCommitted(group, topic, 90_000);
    expect((await report()).rebalances).toBeGreaterThan(rebalances);
    const ended = timesOf('end');
    expect(records.filter(({ id }) => !ended.has(id))).toEqual([]);
    await service.answers('/readyz', 200, 60_000);
  });

  it('and repeats no more than what was not committed when the loop stood still', () => {
    const started = timesOf('start');
    expect(Math.max(...started.values())).toBe(2);
    expect([1_000, 1_001, 1_002].map((id) => started.get(id))).toEqual([1, 1, 1]);
  });
});
