import { Controller } from '@nestjs/common';
import { Ctx, EventPattern } from '@nestjs/microservices';
import { HeadBlockedGrace } from '../../src/kafka/consumer/deadlines/index.js';
import { ConsumerGroup, RecordContext } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('blocked');
const group = uniqueName('blocked-group');
const WINDOW = 200;
const HUNG = 'hung';

let release: () => void = () => undefined;
const released = new Promise<void>((resolve) => (release = resolve));
let signal: AbortSignal | undefined;

@Controller()
@ConsumerGroup('blocked', { groupId: group, handlerTimeoutMs: 300 })
class BlockedController {
  @EventPattern([topic])
  async handle(_value: object, @Ctx() context: RecordContext): Promise<void> {
    if (context.record.key?.toString() !== HUNG) return;
    signal = context.signal;
    await released;
  }
}

/** One story in order. */
describe('a partition whose first record hangs', () => {
  let kafka: TestKafka;
  let service: TestService;

  const status = () => service.consumer('blocked');

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 1);
    await kafka.createTopic(`${topic}.${group}.dlq`, 1);
    service = await startTestService({
      consumers: [consumerOf('blocked', [BlockedController])],
      environment: { BLOCKED_PARTITION_WINDOW: String(WINDOW) },
      configure: (application) => {
        application.get(HeadBlockedGrace).milliseconds = 300;
      },
    });
    await service.answers(200);
    await kafka.publish(topic, [{ key: HUNG, value: '{}' }]);
  }, 60_000);

  afterAll(async () => {
    release();
    await service.stop();
    await kafka.close();
  });

  it('is named with its record once the handler is past its deadline and the grace', async () => {
    await eventually(async () => (await status()).blocked.length === 1, 'the record is named');
    const { blocked, blockedPartitions, status: health } = await status();
    const place = { topic, partition: 0, offset: 0, attempt: 1 };
    expect(blocked).toMatchObject([
      { ...place, holds: 'key', doing: 'running', keyHash: 'c4410f72' },
    ]);
    expect([blockedPartitions, health]).toEqual([0, 'degraded']);
    expect(signal?.aborted).toBe(true);
  });

  it('is named as blocked when its window is used up behind it', async () => {
    const records = Array.from({ length: 2 * WINDOW }, (_, number) => ({
      key: `key-${number}`,
      value: '{}',
    }));
    await kafka.publish(topic, records);
    await eventually(async () => (await status()).blockedPartitions === 1, 'it is blocked');
    const { blocked } = await status();
    expect(blocked[0]).toMatchObject({ holds: 'partition', topic, partition: 0, offset: 0 });
  });

  it('is degraded, and neither down nor dead', async () => {
    expect((await service.probe('/health')).code).toBe(200);
    expect((await service.probe('/readyz')).code).toBe(200);
    expect((await service.probe('/livez')).code).toBe(200);
  });

  it('goes on when the handler resolves after all, and is named no more', async () => {
    release();
    await kafka.allCommitted(group, topic);
    const { blocked, blockedPartitions, records, status: health } = await status();
    expect([blocked, blockedPartitions, health]).toEqual([[], 0, 'up']);
    expect(records).toMatchObject({ done: 1 + 2 * WINDOW, deadLettered: 0 });
  });
});
