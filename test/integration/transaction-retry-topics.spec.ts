import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, type RecordContext } from '../../src/kafka/index.js';
import { RetriableError, type OutgoingRecord } from '../../src/record/index.js';
import { Transactional } from '../../src/transactions/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const input = uniqueName('again');
const output = uniqueName('again-out');
const group = uniqueName('again-group');
const retry = `${input}.${group}.retry.1`;

@Controller()
@ConsumerGroup('again', { groupId: group })
class AgainController {
  @EventPattern([input])
  @Transactional({ maxWaitMs: 20 })
  handle(
    @Payload() { id }: { id: string },
    @Ctx() { record, attempt }: RecordContext,
  ): OutgoingRecord {
    if (id === 'a0' && attempt === 1) throw new RetriableError('not now');
    const value = Buffer.from(id);
    return { topic: output, key: record.key, value, headers: [], timestamp: Date.now() };
  }
}

describe('a transactional handler with retry topics', () => {
  let kafka: TestKafka;
  let service: TestService;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    for (const topic of [input, output, retry, `${input}.${group}.dlq`]) {
      await kafka.createTopic(topic, 1);
    }
    service = await startTestService({
      consumers: [consumerOf('again', [AgainController])],
      environment: { AGAIN_MAX_RETRIES: '0', AGAIN_RETRY_TOPIC_DELAYS: '1s', AGAIN_BREAKER: '0' },
    });
    await service.answers(200);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
  });

  it('moves a record in the transaction of its offset, and those of its key behind it', async () => {
    await kafka.publish(
      input,
      ['a0', 'b0', 'a1', 'a2', 'b1'].map((id) => ({ key: id[0]!, value: JSON.stringify({ id }) })),
    );
    await eventually(
      async () => (await kafka.readCommitted(output)).length === 5,
      'all are produced',
    );
    const values = (await kafka.readCommitted(output)).map(({ value }) => String(value));
    expect(values.filter((value) => value.startsWith('a'))).toEqual(['a0', 'a1', 'a2']);
    expect(values.filter((value) => value.startsWith('b'))).toEqual(['b0', 'b1']);
    await kafka.allCommitted(group, input);
    await kafka.allCommitted(group, retry);
    const moved = await kafka.readCommitted(retry);
    expect(moved.map(({ value }) => (JSON.parse(String(value)) as { id: string }).id)).toContain(
      'a0',
    );
    // Markers stand behind what transactions wrote.
    expect((await kafka.ends(retry)).get(0)).toBeGreaterThan(moved.length);
  });
});
