import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { PermanentError } from '../../src/record/index.js';
import { DeadLetterOperator } from '../support/dead-letter-operator.js';
import { testDeadLetter } from '../support/dead-letters.js';
import { headerOf, TestKafka, uniqueName, type ReadRecord } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('redriven');
const shared = `${topic}.shared.dlq`;
const billing = uniqueName('billing');
const shipping = uniqueName('shipping');

@Controller()
@ConsumerGroup('billing', { groupId: billing, deadLetterTopic: shared })
class BillingController {
  @EventPattern([topic])
  handle(@Payload() { id }: { id: number }): void {
    if (id % 2 === 0) throw new PermanentError('billing cannot do even ones');
  }
}

@Controller()
@ConsumerGroup('shipping', { groupId: shipping, deadLetterTopic: shared })
class ShippingController {
  @EventPattern([topic])
  handle(@Payload() { id }: { id: number }): void {
    if (id < 3) throw new PermanentError('shipping cannot do small ones');
  }
}

const valuesOf = (records: readonly ReadRecord[]): string[] =>
  records.map(({ value }) => value!.toString()).sort();

describe('redriving dead letters', () => {
  let kafka: TestKafka;
  let operator: DeadLetterOperator;
  let service: TestService;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    operator = await DeadLetterOperator.connect();
    await kafka.createTopic(topic, 3);
    await kafka.createTopic(shared, 3);
    service = await startTestService({
      consumers: [
        consumerOf('billing', [BillingController]),
        consumerOf('shipping', [ShippingController]),
      ],
    });
    await kafka.publish(
      topic,
      Array.from({ length: 6 }, (_, id) => ({
        key: `key-${id}`,
        value: JSON.stringify({ id }),
        headers: { 'x-own': Buffer.from([0xff, id]) },
        partition: id % 3,
      })),
    );
    await Promise.all([billing, shipping].map((group) => kafka.allCommitted(group, topic)));
    await service.stop();
  });

  afterAll(async () => {
    await operator.close();
    await kafka.close();
  });

  describe('of two groups in one topic', () => {
    it('counts them by group, reason and class', async () => {
      const summary = await operator.browser.summarise(shared);
      expect(summary.states).toEqual({ open: 6, redriven: 0, discarded: 0 });
      expect(
        summary.groups
          .map(({ consumerGroup, reason, errorClass, source, open }) => [
            consumerGroup,
            reason,
            errorClass,
            source,
            open,
          ])
          .sort(),
      ).toEqual([
        [billing, 'non-retryable', 'PermanentError', topic, 3],
        [shipping, 'non-retryable', 'PermanentError', topic, 3],
      ]);
      expect(await operator.browser.topics([])).toContain(shared);
    });

    it('gives a group its own back, and the other group nothing', async () => {
      const order = operator.order(shared, { selection: { groups: [billing] } });
      const plan = await operator.jobs.plan(order);
      expect([...plan.takenByTarget]).toEqual([[`${topic}.${billing}.redrive`, 3]]);
      const result = await operator.jobs.run(order, plan);
      expect(result).toEqual({ taken: plan.taken, left: {}, isCancelled: false });
      const redriven = await kafka.readCommitted(`${topic}.${billing}.redrive`);
      expect(valuesOf(redriven)).toEqual(['{"id":0}', '{"id":2}', '{"id":4}']);
      expect(await operator.browser.topics([`${topic}.${shipping}.redrive`])).not.toContain(
        `${topic}.${shipping}.redrive`,
      );
    });

    it('keeps key, value, own headers and partition, and says where the record came from', async () => {
      const redriven = await kafka.readCommitted(`${topic}.${billing}.redrive`);
      const one = redriven.find(({ value }) => value!.toString() === '{"id":4}')!;
      expect(one.key!.toString()).toBe('key-4');
      expect(one.partition).toBe(1);
      const names = one.headers.map(([name]) => name);
      expect(names).toEqual([
        'x-own',
        'x-retry-original-topic',
        'x-retry-original-partition',
        'x-retry-original-offset',
        'x-retry-original-timestamp',
        'x-redrive-id',
        'x-dlq-redrive-count',
      ]);
      expect(one.headers[0]![1]).toEqual(Buffer.from([0xff, 4]));
      expect(headerOf(one, 'x-retry-original-offset')).toBe('1');
      expect(headerOf(one, 'x-dlq-redrive-count')).toBe('1');
    });

    it('takes them once, however often it is asked', async () => {
      const again = await operator.redrive(shared, { selection: { groups: [billing] } });
      expect(again).toEqual({ taken: 0, left: { 'already redriven': 3 }, isCancelled: false });
      const { states } = await operator.browser.summarise(shared);
      expect(states).toEqual({ open: 3, redriven: 3, discarded: 0 });
    });

    it('discards with a reason, which is kept, and does not redrive it any more', async () => {
      const [first] = await operator.browser.list(shared, { groups: [shipping] }, 1);
      const ids = [first!.letter.id];
      expect((await operator.discard(shared, { ids }, 'a test order')).taken).toBe(1);
      const { partition, offset } = first!.letter.record;
      const shown = await operator.browser.show(shared, { partition, offset });
      expect(shown!.action).toMatchObject({
        kind: 'discarded',
        by: 'operator',
        reason: 'a test order',
      });
      const { left } = await operator.redrive(shared, { selection: { ids } });
      expect(left).toEqual({ 'already discarded': 1 });
    });
  });

  it('takes a record again that has failed again, up to the limit, and then no more', async () => {
    const source = uniqueName('again');
    const deadLetters = await kafka.createTopic(`${source}.g.dlq`, 1);
    const taken: number[] = [];
    for (let redriveCount = 0; redriveCount < 4; redriveCount += 1) {
      await kafka.publish(deadLetters, [
        testDeadLetter({ source, group: 'g', offset: 7, redriveCount }),
      ]);
      taken.push((await operator.redrive(deadLetters)).taken);
    }
    expect(taken).toEqual([1, 1, 1, 0]);
    const { left } = await operator.redrive(deadLetters);
    expect(left).toEqual({ 'already redriven': 3, 'redrive-limit': 1 });
    const redriven = await kafka.readCommitted(`${source}.g.redrive`);
    expect(redriven.map((record) => headerOf(record, 'x-dlq-redrive-count'))).toEqual([
      '1',
      '2',
      '3',
    ]);
    const shown = await operator.browser.show(deadLetters, { partition: 0, offset: 0 });
    expect(shown!.history.map((letter) => letter.redriveCount)).toEqual([0, 1, 2, 3]);
  });

  it('leaves alone what came after it had begun to look', async () => {
    const source = uniqueName('late');
    const deadLetters = await kafka.createTopic(`${source}.g.dlq`, 1);
    await kafka.publish(deadLetters, [testDeadLetter({ source, group: 'g', offset: 0 })]);
    const order = operator.order(deadLetters);
    const plan = await operator.jobs.plan(order);
    await kafka.publish(deadLetters, [testDeadLetter({ source, group: 'g', offset: 1 })]);
    expect((await operator.jobs.run(order, plan)).taken).toBe(1);
  });

  it('sends one with a changed value, and keeps the original where it is', async () => {
    const source = uniqueName('edited');
    const deadLetters = await kafka.createTopic(`${source}.g.dlq`, 1);
    const letters = [0, 1].map((offset) => testDeadLetter({ source, group: 'g', offset }));
    await kafka.publish(deadLetters, letters);
    const value = Buffer.from('mended');
    await expect(operator.redrive(deadLetters, { value })).rejects.toThrow('select exactly one');
    const selection = { places: [{ partition: 0, offset: 1 }] };
    expect((await operator.redrive(deadLetters, { value, selection })).taken).toBe(1);
    expect(valuesOf(await kafka.readCommitted(`${source}.g.redrive`))).toEqual(['mended']);
    expect(valuesOf(await kafka.read(deadLetters))).toEqual([`${source} 0:0`, `${source} 0:1`]);
  });

  it('sends foreign dead letters where it is told, and nowhere by itself', async () => {
    const source = await kafka.createTopic(uniqueName('foreign'), 1);
    const deadLetters = await kafka.createTopic(`${source}-dlt`, 1);
    const headers = { 'dead-letter-topic': source, 'dead-letter-reason': 'broken' };
    await kafka.publish(deadLetters, [{ key: 'k', value: 'v', headers }]);
    const plan = await operator.jobs.plan(operator.order(deadLetters));
    expect(plan.taken).toBe(0);
    expect([...plan.proposedTargets]).toEqual([source]);
    expect((await operator.redrive(deadLetters, { to: source })).taken).toBe(1);
    expect((await operator.redrive(deadLetters, { to: source })).taken).toBe(0);
    const [record] = await kafka.readCommitted(source);
    expect(headerOf(record!, 'dead-letter-reason')).toBe('broken');
    await expect(operator.jobs.plan(operator.order(deadLetters, { to: shared }))).rejects.toThrow(
      'is not allowed',
    );
  });

  it('names what is missing where it may not create it, before anything is written', async () => {
    const source = uniqueName('missing');
    const deadLetters = await kafka.createTopic(`${source}.g.dlq`, 1);
    await kafka.publish(deadLetters, [testDeadLetter({ source, group: 'g', offset: 0 })]);
    const careful = await DeadLetterOperator.connect({ KAFKA_AUTO_CREATE_TOPICS: 'false' });
    const refused = careful.redrive(deadLetters);
    await expect(refused).rejects.toThrow(`${source}.g.redrive`);
    await careful.close();
  });

  it('sees nothing of a transaction that was aborted, and passes over its records', async () => {
    const source = await kafka.createTopic(uniqueName('aborted'), 1);
    await kafka.publishInTransaction(source, ['no'], 'abort');
    await kafka.publishInTransaction(source, ['yes'], 'commit');
    const letters = await operator.browser.list(source, {}, 10);
    expect(letters.map(({ letter }) => letter.record.value!.toString())).toEqual(['{"id":"yes"}']);
  });
});
