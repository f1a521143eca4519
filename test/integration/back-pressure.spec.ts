import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('pressure');
const group = uniqueName('pressure-group');
const COUNT = 30_000;
const PARTITIONS = 4;
const LIMIT = 2_000;
/** kafkajs decodes a whole response of at most 1 MiB (soft, compressed) before anyone is asked. */
const ONE_FETCH = 12_000;

let isHeld = true;
let release: () => void = () => undefined;
const released = new Promise<void>((resolve) => (release = resolve));
let done = 0;

@Controller()
@ConsumerGroup('pressed', { groupId: group, concurrency: 4 })
class PressedController {
  @EventPattern([topic])
  async handle(): Promise<void> {
    if (isHeld) await released;
    done += 1;
  }
}

describe('a handler that is slower than its topic', () => {
  let kafka: TestKafka;
  let service: TestService;

  const records = () => service.consumer('pressed');

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, PARTITIONS);
    await kafka.createTopic(`${topic}.${group}.dlq`, PARTITIONS);
    const value = JSON.stringify({ text: 'x'.repeat(80) });
    await kafka.publish(
      topic,
      Array.from({ length: COUNT }, (_, number) => ({ key: `key-${number}`, value })),
    );
    service = await startTestService({
      consumers: [consumerOf('pressed', [PressedController])],
      environment: { KAFKA_MAX_BUFFERED_RECORDS: String(LIMIT) },
    });
    await service.answers(200);
  });

  afterAll(async () => {
    release();
    await service.stop();
    await kafka.close();
  });

  it('makes fetching stand still near the limit and stays a member of its group', async () => {
    await eventually(
      async () => (await records()).records.received >= LIMIT,
      'the limit is reached',
    );
    // Longer than the session of 6 s: a member that did not heartbeat while it held would be gone by then.
    const since = performance.now();
    await eventually(() => performance.now() - since > 8_000, 'a session timeout has passed');
    const status = await records();
    expect(status.records.received).toBeLessThanOrEqual(LIMIT + ONE_FETCH);
    expect(status.state).toBe('running');
    expect((await service.probe('/readyz')).code).toBe(200);
  });

  it('goes on to the end, each record once, when it catches up', async () => {
    isHeld = false;
    release();
    await kafka.allCommitted(group, topic);
    expect(done).toBe(COUNT);
    expect((await records()).records.abandoned).toBe(0);
  });
});
