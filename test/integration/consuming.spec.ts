import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, RecordContext } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { headerOf, TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('numbers');
const first = uniqueName('first-group');
const second = uniqueName('second-group');

interface Seen {
  readonly key: string;
  readonly number: number;
}

const seenByFirst: Seen[] = [];
const seenBySecond: Seen[] = [];

function seen(context: RecordContext, value: { number: number }): Seen {
  return { key: context.record.key?.toString() ?? '', number: value.number };
}

@Controller()
@ConsumerGroup('first', { groupId: first })
class FirstController {
  @EventPattern([topic])
  async handle(
    @Payload() value: { number: number; poison?: boolean },
    @Ctx() context: RecordContext,
  ): Promise<void> {
    if (value.poison === true) throw new TypeError('cannot handle this');
    // Longer for some, so that keys overtake each other.
    await new Promise((resolve) => setTimeout(resolve, value.number % 7));
    seenByFirst.push(seen(context, value));
  }
}

@Controller()
@ConsumerGroup('second', { groupId: second })
class SecondController {
  @EventPattern([topic])
  handle(@Payload() value: { number: number }, @Ctx() context: RecordContext): void {
    seenBySecond.push(seen(context, value));
  }
}

describe('consuming', () => {
  const count = 2_000;
  let kafka: TestKafka;
  let service: TestService;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 4);
    await kafka.createTopic(`${topic}.${first}.dlq`, 4);
    await kafka.createTopic(`${topic}.${second}.dlq`, 4);
    service = await startTestService({
      consumers: [consumerOf('first', [FirstController]), consumerOf('second', [SecondController])],
    });
    await kafka.publish(
      topic,
      Array.from({ length: count }, (_, number) => ({
        key: `key-${number % 50}`,
        value: JSON.stringify({ number, ...(number === 777 ? { poison: true } : {}) }),
      })),
    );
    await kafka.allCommitted(first, topic);
    await kafka.allCommitted(second, topic);
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await kafka.close();
  });

  it('gives every record once to each of two groups on one topic', () => {
    const numbers = (records: Seen[]) => records.map(({ number }) => number).sort((a, b) => a - b);
    const all = Array.from({ length: count }, (_, number) => number);
    expect(numbers(seenByFirst)).toEqual(all.filter((number) => number !== 777));
    expect(numbers(seenBySecond)).toEqual(all);
  });

  it('handles the records of each key in the order of their offsets', () => {
    const lastOf = new Map<string, number>();
    for (const { key, number } of seenByFirst) {
      expect(number).toBeGreaterThan(lastOf.get(key) ?? -1);
      lastOf.set(key, number);
    }
  });

  it('dead-letters the record that cannot be handled and goes on', async () => {
    const [deadLetter, ...others] = await kafka.read(`${topic}.${first}.dlq`);
    expect(others).toEqual([]);
    expect(deadLetter!.key?.toString()).toBe('key-27');
    expect(deadLetter!.value?.toString()).toBe(JSON.stringify({ number: 777, poison: true }));
    expect(headerOf(deadLetter!, 'x-dlq-reason')).toBe('non-retryable');
    expect(headerOf(deadLetter!, 'x-dlq-handler')).toBe('FirstController.handle');
    expect(headerOf(deadLetter!, 'x-dlq-attempts')).toBe('1');
    expect(await kafka.read(`${topic}.${second}.dlq`)).toEqual([]);
  });

  it('reports readiness, counts and a lag of 0', async () => {
    await eventually(async () => {
      const { body } = await service.probe('/health');
      return (body.details['lag.first'] as { records?: number }).records === 0;
    }, 'lag is 0');
    const { code, body } = await service.probe('/health');
    expect(code).toBe(200);
    expect(body.details['consumer.first']).toMatchObject({
      status: 'up',
      state: 'running',
      groupId: first,
      topics: [topic],
      records: { received: count, done: count - 1, deadLettered: 1, inFlight: 0, buffered: 0 },
    });
    expect((await service.probe('/livez')).code).toBe(200);
    expect((await service.probe('/readyz')).code).toBe(200);
  });
});
