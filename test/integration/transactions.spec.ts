import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, type RecordContext } from '../../src/kafka/index.js';
import { PermanentError, type OutgoingRecord } from '../../src/record/index.js';
import { Transactional } from '../../src/transactions/index.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const input = uniqueName('postings');
const output = uniqueName('entries');
const group = uniqueName('transactional-group');
const dlq = `${input}.${group}.dlq`;
const timesHandled = new Map<string, number>();

function entryOf(key: Buffer | null, id: string, copy = 0): OutgoingRecord {
  const value = Buffer.from(`${id}/${copy}`);
  return { topic: output, key, value, headers: [], timestamp: Date.now() };
}

@Controller()
@ConsumerGroup('postings', { groupId: group })
class PostingsController {
  @EventPattern([input])
  @Transactional({ maxWaitMs: 20 })
  handle(
    @Payload() { id, copies }: { id: string; copies: number },
    @Ctx() { record }: RecordContext,
  ): OutgoingRecord | OutgoingRecord[] | void {
    const place = `${record.partition}@${record.offset}`;
    timesHandled.set(place, (timesHandled.get(place) ?? 0) + 1);
    if (copies < 0) throw new PermanentError('never');
    if (copies === 0) return undefined;
    if (copies === 1) return entryOf(record.key, id);
    return Array.from({ length: copies }, (_, copy) => entryOf(record.key, id, copy));
  }
}

describe('a transactional handler', () => {
  let kafka: TestKafka;
  let service: TestService | undefined;

  const start = async (): Promise<TestService> => {
    service = await startTestService({ consumers: [consumerOf('postings', [PostingsController])] });
    await service.answers(200);
    return service;
  };

  const publish = (ids: readonly string[], copies: number): Promise<void> =>
    kafka.publish(
      input,
      ids.map((id) => ({ key: id, value: JSON.stringify({ id, copies }) })),
    );

  const produced = async (): Promise<string[]> =>
    (await kafka.readCommitted(output)).map(({ value }) => String(value)).sort();

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(input, 3);
    await kafka.createTopic(output, 3);
    await kafka.createTopic(dlq, 3);
  });

  afterEach(() => service?.stop());
  afterAll(() => kafka.close());

  it('produces what it returns, once, together with the offset of the record that it handled', async () => {
    const service = await start();
    await publish(['none'], 0);
    await publish(['one'], 1);
    await publish(['three'], 3);
    await kafka.allCommitted(group, input);
    expect(await produced()).toEqual(['one/0', 'three/0', 'three/1', 'three/2']);
    expect((await service.consumer('postings')).records.done).toBe(5 - 2);
  });

  it('goes on behind its last transaction when it is started again', async () => {
    await start();
    await publish(['after'], 1);
    await kafka.allCommitted(group, input);
    expect((await produced()).filter((value) => value === 'after/0')).toHaveLength(1);
    expect([...timesHandled.values()].every((times) => times === 1)).toBe(true);
  });

  it('has its dead letter in the transaction of the offset', async () => {
    await start();
    await publish(['bad'], -1);
    await publish(['good'], 1);
    await kafka.allCommitted(group, input);
    const letters = await kafka.readCommitted(dlq);
    expect(letters.map(({ key }) => String(key))).toEqual(['bad']);
    // The marker of its transaction stands behind it.
    expect((await kafka.ends(dlq)).get(letters[0]!.partition)).toBe(letters[0]!.offset + 2);
  });

  it('keeps the order of a key', async () => {
    await start();
    const ids = Array.from({ length: 400 }, (_, index) => String(index));
    await kafka.publish(
      input,
      ids.map((id) => ({ key: 'k', value: JSON.stringify({ id: `k${id}`, copies: 1 }) })),
    );
    await kafka.allCommitted(group, input);
    const values = (await kafka.readCommitted(output)).map(({ value }) => String(value));
    expect(values.filter((value) => value.startsWith('k'))).toEqual(ids.map((id) => `k${id}/0`));
  });
});
