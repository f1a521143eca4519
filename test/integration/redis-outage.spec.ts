import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Idempotent } from '../../src/idempotency/index.js';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { describeWithRedis, startOwnRedis, type RedisServer } from '../support/redis.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('parcels');
const group = uniqueName('parcel-loader');
const COUNT = 3_000;

/** How often each message had its effect. */
const effects = new Map<string, number>();

@Controller()
@ConsumerGroup('parcels', { groupId: group })
class ParcelsController {
  @EventPattern([topic])
  @Idempotent({ store: 'redis', key: (event) => (event as { code: string }).code })
  async handle(@Payload() event: { code: string }): Promise<void> {
    await new Promise((resume) => setTimeout(resume, 2));
    effects.set(event.code, (effects.get(event.code) ?? 0) + 1);
  }
}

/** One story in order: each test begins where the one before has left the service and its Redis. */
describeWithRedis('a service whose Redis comes and goes', () => {
  let kafka: TestKafka;
  let redis: RedisServer;
  let service: TestService;
  let published = 0;

  const publish = async (count: number): Promise<void> => {
    const records = Array.from({ length: count }, (_, index) => {
      const code = `p-${published + index}`;
      return { key: code, value: JSON.stringify({ code }) };
    });
    published += count;
    // Each message twice, as a producer that repeats itself would.
    await kafka.publish(topic, [...records, ...records]);
  };
  const consumer = () => service.consumer('parcels');

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 4);
    await kafka.createTopic(`${topic}.${group}.dlq`, 4);
    redis = await startOwnRedis({ appendfsync: 'always' });
    await redis.stop();
    service = await startTestService({
      consumers: [consumerOf('parcels', [ParcelsController])],
      environment: { REDIS_URL: redis.url },
    });
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
    await redis.stop();
  });

  it('starts while Redis is down: live, not ready, and saying so', async () => {
    await eventually(
      async () => ((await consumer()).reason ?? '').includes('Redis at'),
      'it is named',
    );
    expect((await service.probe('/livez')).code).toBe(200);
    const { code, body } = await service.probe('/health');
    expect(code).toBe(503);
    expect(body.details['redis']).toMatchObject({ status: 'down', consumers: ['parcels'] });
  });

  it('becomes ready by itself when Redis is there, and handles each message once', async () => {
    await redis.start();
    await service.answers(200);
    await publish(500);
    await kafka.allCommitted(group, topic);
    expect(effects.size).toBe(500);
    expect([...effects.values()].filter((count) => count !== 1)).toEqual([]);
  });

  it('waits while Redis is stopped under load: live, not ready, nothing dead-lettered', async () => {
    await publish(COUNT);
    await eventually(() => Promise.resolve(effects.size > 700), 'messages are being handled');
    await redis.kill();
    await service.answers(503);
    await eventually(async () => (await consumer()).records.waiting > 20, 'records wait for it');
    expect((await consumer()).waitingFor).toMatchObject([{ dependency: 'redis' }]);
    expect((await service.probe('/livez')).code).toBe(200);
    expect(await kafka.read(`${topic}.${group}.dlq`)).toEqual([]);
  });

  it('goes on when Redis is back, and has still handled each message once', async () => {
    await redis.start();
    await service.answers(200);
    await kafka.allCommitted(group, topic);
    expect(effects.size).toBe(published);
    expect([...effects.values()].filter((count) => count !== 1)).toEqual([]);
    expect(await kafka.read(`${topic}.${group}.dlq`)).toEqual([]);
  });
});
