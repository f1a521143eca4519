import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PRODUCTION_NODE_OPTIONS, ServiceProcess } from '../support/service-process.js';
import { headerOf, sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const RECORDS_OF_THE_BOMB = 20;
const HEALTHY = 2_000;
const MEMORY_LIMIT_BYTES = 256 * 1024 * 1024;

describe.each([
  { name: 'gzip', codec: 1 },
  { name: 'snappy', codec: 2 },
  { name: 'lz4', codec: 3 },
  { name: 'zstd', codec: 4 },
])('a batch of $name that unpacks to 600 MB', ({ codec }) => {
  const group = uniqueName('bomb-group');
  const bombed = uniqueName('bombed');
  const healthy = uniqueName('healthy');
  const folder = mkdtempSync(join(tmpdir(), 'bomb-'));
  const attemptLog = join(folder, 'attempts');
  let kafka: TestKafka;
  let service: ServiceProcess;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    for (const topic of [bombed, healthy]) {
      // One of snappy is 28 MB packed: three bytes of it stand for 64 at most.
      await kafka.createTopic(topic, 1, { 'max.message.bytes': '40000000' });
      await kafka.createTopic(`${topic}.${group}.dlq`, 1);
    }
    await promisify(execFile)(process.execPath, [
      pathOf('../fixtures/publish-bomb.mjs'),
      sharedBroker(),
      bombed,
      String(codec),
    ]);
    await kafka.publish(bombed, [{ key: 'after', value: '{"id":"after"}' }]);
    await kafka.publish(
      healthy,
      Array.from({ length: HEALTHY }, (_, id) => ({ value: JSON.stringify({ id }) })),
    );
    service = await ServiceProcess.listening(
      {
        KAFKA_BROKERS: sharedBroker(),
        LOG_LEVEL: 'error',
        NODE_OPTIONS: PRODUCTION_NODE_OPTIONS,
        ATTEMPT_LOG: attemptLog,
        LOGGED_TOPICS: `${bombed},${healthy}`,
        LOGGED_GROUP: group,
        WORK_MS: '0',
      },
      pathOf('../fixtures/attempt-log/main.mjs'),
    );
    await kafka.allCommitted(group, bombed);
    await kafka.allCommitted(group, healthy);
  });

  afterAll(async () => {
    await service.end();
    await kafka.close();
    rmSync(folder, { recursive: true });
  });

  it('becomes a pointer for each of its records in the dead-letter topic', async () => {
    const found = await kafka.read(`${bombed}.${group}.dlq`);
    expect(
      found.map((record) => ({
        value: record.value,
        reason: headerOf(record, 'x-dlq-reason'),
        pointer: headerOf(record, 'x-dlq-pointer'),
        offset: headerOf(record, 'x-dlq-original-offset'),
      })),
    ).toEqual(
      Array.from({ length: RECORDS_OF_THE_BOMB }, (_, offset) => ({
        value: null,
        reason: 'oversized',
        pointer: 'true',
        offset: String(offset),
      })),
    );
  });

  it('stops neither what lies behind it nor another topic', () => {
    const log = readFileSync(attemptLog, 'utf8');
    const ended = log.split('\n').filter((line) => line.startsWith('end '));
    expect(new Set(ended).size).toBe(HEALTHY + 1);
    expect(ended).toContain('end after');
  });

  it('leaves the process within 256 MiB', () => {
    const peak = service.peakMemoryBytes;
    process.stdout.write(`peak memory ${Math.round(peak / 1024 / 1024)} MB\n`);
    expect(peak).toBeLessThan(MEMORY_LIMIT_BYTES);
  });
});
