import { randomBytes } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { PermanentError, type OutgoingRecord } from '../../src/record/index.js';
import { Transactional } from '../../src/transactions/index.js';
import { eventually } from '../support/eventually.js';
import { headerOf, TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const input = uniqueName('refused');
const output = uniqueName('refused-out');
const group = uniqueName('refused-group');
const dlq = `${input}.${group}.dlq`;
const LIMIT = 20_000;

interface Order {
  readonly id: string;
  readonly to?: string;
  readonly bytes?: number;
  readonly fails?: string;
}

@Controller()
@ConsumerGroup('refused', { groupId: group })
class RefusedController {
  @EventPattern([input])
  @Transactional({ maxWaitMs: 100 })
  handle({ id, to = output, bytes = 0, fails }: Order): OutgoingRecord {
    if (fails !== undefined) throw new PermanentError(fails);
    const value = Buffer.concat([Buffer.from(`${id};`), randomBytes(bytes)]);
    return { topic: to, key: Buffer.from(id), value, headers: [], timestamp: Date.now() };
  }
}

describe('in a transaction of many records', () => {
  let kafka: TestKafka;
  let service: TestService;

  const publish = (orders: readonly (Order & { filler?: string })[]): Promise<void> =>
    kafka.publish(
      input,
      orders.map((order) => ({ key: order.id, value: JSON.stringify(order) })),
    );

  const produced = async (topic = output): Promise<string[]> =>
    (await kafka.readCommitted(topic)).map(({ value }) => String(value).split(';')[0]!).sort();

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(input, 1);
    await kafka.createTopic(output, 3, { 'max.message.bytes': String(LIMIT) });
    await kafka.createTopic(dlq, 1, { 'max.message.bytes': String(LIMIT) });
    service = await startTestService({ consumers: [consumerOf('refused', [RefusedController])] });
    await service.answers(200);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
  });

  it('one that its topic refuses for its size makes a dead letter of its source, and the others are produced once', async () => {
    await publish([{ id: 'a' }, { id: 'large', bytes: 2 * LIMIT }, { id: 'b' }, { id: 'c' }]);
    await kafka.allCommitted(group, input);
    expect(await produced()).toEqual(['a', 'b', 'c']);
    const letters = await kafka.readCommitted(dlq);
    expect(letters.map(({ key }) => String(key))).toEqual(['large']);
    expect(headerOf(letters[0]!, 'x-dlq-reason')).toBe('non-retryable');
    expect(headerOf(letters[0]!, 'x-dlq-error-message')).toContain(
      `max.message.bytes of ${output}`,
    );
  });

  it('a dead letter that is too large goes on compressed', async () => {
    const filler = 'x'.repeat(2 * LIMIT);
    await publish([{ id: 'd' }, { id: 'bulky', fails: 'never', filler }, { id: 'e' }]);
    await kafka.allCommitted(group, input);
    expect(await produced()).toEqual(['a', 'b', 'c', 'd', 'e']);
    const letters = await kafka.readCommitted(dlq);
    expect(letters.map(({ key }) => String(key))).toEqual(['large', 'bulky']);
    expect(letters[1]!.value!.length).toBeGreaterThan(2 * LIMIT);
  });

  it('one for a topic that is missing waits, named, and the others are produced', async () => {
    const missing = uniqueName('refused-missing');
    await publish([{ id: 'waits', to: missing }, { id: 'f' }]);
    await eventually(async () => (await produced()).includes('f'), 'the others are produced');
    await eventually(async () => {
      const { waitingFor } = await service.consumer('refused');
      return waitingFor.some(({ dependency }) => dependency === `topic ${missing}`);
    }, 'the topic is named');
    expect((await service.probe('/readyz')).code).toBe(503);
    await kafka.createTopic(missing, 1);
    await kafka.allCommitted(group, input, 60_000);
    expect(await produced(missing)).toEqual(['waits']);
    await service.answers(200);
  });
});
