import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PRODUCTION_NODE_OPTIONS, ServiceProcess } from '../support/service-process.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';

const main = fileURLToPath(new URL('../fixtures/attempt-log/main.mjs', import.meta.url));
const MEBIBYTE = 1024 * 1024;

describe.each([
  { what: '300 records of 1 MB', count: 300, valueBytes: 1_000_000, limitBytes: 256 * MEBIBYTE },
  { what: '6 records of 20 MB', count: 6, valueBytes: 20_000_000, limitBytes: 384 * MEBIBYTE },
])('a backlog of $what', ({ count, valueBytes, limitBytes }) => {
  const topic = uniqueName('large');
  const group = uniqueName('large-group');
  const folder = mkdtempSync(join(tmpdir(), 'large-'));
  const attemptLog = join(folder, 'attempts');
  let kafka: TestKafka;
  let service: ServiceProcess;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    const settings = { 'max.message.bytes': '30000000' };
    await kafka.createTopic(topic, 4, settings);
    await kafka.createTopic(`${topic}.${group}.dlq`, 4, settings);
    const text = 'x'.repeat(valueBytes);
    for (let id = 0; id < count; id += 1) {
      await kafka.publish(topic, [{ key: String(id), value: JSON.stringify({ id, text }) }]);
    }
    service = await ServiceProcess.listening(
      {
        KAFKA_BROKERS: sharedBroker(),
        LOG_LEVEL: 'error',
        NODE_OPTIONS: PRODUCTION_NODE_OPTIONS,
        ATTEMPT_LOG: attemptLog,
        LOGGED_TOPICS: topic,
        LOGGED_GROUP: group,
        // Slow, so that the buffer is full all the time.
        WORK_MS: '100',
      },
      main,
    );
    await kafka.allCommitted(group, topic, 120_000);
  });

  afterAll(async () => {
    await service.end();
    await kafka.deleteTopic(topic);
    await kafka.close();
    rmSync(folder, { recursive: true });
  });

  it('is handled to the end, each record once', () => {
    const log = readFileSync(attemptLog, 'utf8');
    const ended = log.split('\n').filter((line) => line.startsWith('end '));
    expect(ended.sort()).toEqual(Array.from({ length: count }, (_, id) => `end ${id}`).sort());
  });

  it.each([limitBytes / MEBIBYTE])('is handled within %i MiB', () => {
    const peak = service.peakMemoryBytes;
    process.stdout.write(`peak memory ${Math.round(peak / MEBIBYTE)} MiB\n`);
    expect(peak).toBeLessThanOrEqual(limitBytes);
  });
});
