import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/eventually.js';
import { ServiceProcess } from '../support/service-process.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';
import type { ConsumerReport, Probe } from '../support/test-service.js';

const MAIN = fileURLToPath(new URL('../fixtures/attempt-log/main.mjs', import.meta.url));
const topic = uniqueName('logged');
const group = uniqueName('logged-group');
/** Far more than are handled between the signal and the stop, however fast the machine. */
const COUNT = 120_000;

describe('SIGTERM with a thousand records in flight', () => {
  const folder = mkdtempSync(join(tmpdir(), 'attempt-log-'));
  const attemptLog = join(folder, 'attempts');
  let kafka: TestKafka;
  let service: ServiceProcess;

  const start = () =>
    ServiceProcess.listening(
      {
        KAFKA_BROKERS: sharedBroker(),
        LOG_LEVEL: 'error',
        ATTEMPT_LOG: attemptLog,
        LOGGED_TOPICS: topic,
        LOGGED_GROUP: group,
        // So long that the slots, and not the machine, bound how many are in flight.
        WORK_MS: '50',
      },
      MAIN,
    );
  const timesOf = (event: string): Map<string, number> => {
    const times = new Map<string, number>();
    for (const line of readFileSync(attemptLog, 'utf8').split('\n')) {
      const [what, id] = line.split(' ');
      if (what === event) times.set(id!, (times.get(id!) ?? 0) + 1);
    }
    return times;
  };
  const inFlight = async (): Promise<number> => {
    const report = (await (await fetch(`${service.url}/health`)).json()) as Probe['body'];
    return (report.details['consumer.logged'] as ConsumerReport).records.inFlight;
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 12);
    await kafka.createTopic(`${topic}.${group}.dlq`, 12);
    const records = Array.from({ length: COUNT }, (_, id) => ({
      key: `key-${id}`,
      value: JSON.stringify({ id }),
    }));
    await kafka.publish(topic, records);
  });

  afterAll(async () => {
    await service.end();
    await kafka.close();
    rmSync(folder, { recursive: true });
  });

  it('ends with exit 0 once they have ended', async () => {
    service = await start();
    await eventually(async () => (await inFlight()) > 900, 'a thousand are in flight');
    const since = performance.now();
    service.signal('SIGTERM');
    expect(await service.exit()).toBe(0);
    process.stdout.write(`drained in ${Math.round(performance.now() - since)} ms\n`);
    expect(timesOf('end')).toEqual(timesOf('start'));
  });

  it('repeats none of them after the restart', async () => {
    const before = timesOf('end').size;
    expect(before).toBeLessThan(COUNT);
    service = await start();
    await kafka.allCommitted(group, topic, 80_000);
    const started = timesOf('start');
    expect(started.size).toBe(COUNT);
    expect([...started].filter(([, times]) => times > 1)).toEqual([]);
  });
});
