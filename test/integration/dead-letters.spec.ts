import { randomBytes } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { Retry } from '../../src/failures/index.js';
import { PermanentError } from '../../src/record/index.js';
import { eventually } from '../support/eventually.js';
import { headerOf, TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('events');
const shared = uniqueName('shared-dlq');
const tight = uniqueName('tight-dlq');
const groups = [uniqueName('first'), uniqueName('second')] as const;
const LIMIT = 4_000;
const done: string[] = [];

interface Sample {
  readonly id: string;
  readonly fails?: boolean;
}

class RefusedError extends Error {}

@Controller()
@ConsumerGroup('first', { groupId: groups[0], deadLetterTopic: shared })
class FirstController {
  @EventPattern([topic])
  @Retry({ except: [RefusedError] })
  handle(@Payload() { fails = false }: Sample): void {
    if (fails) throw new Error('no', { cause: new RefusedError('refused') });
  }
}

@Controller()
@ConsumerGroup('second', { groupId: groups[1], deadLetterTopic: shared })
@Retry({ maxRetries: 2, backoff: { initialMs: 1 } })
class SecondController {
  @EventPattern([topic])
  handle(@Payload() { fails = false }: Sample): void {
    if (fails) throw new Error('no');
  }
}

const tightTopic = uniqueName('large');
const tightGroup = uniqueName('tight');

@Controller()
@ConsumerGroup('tight', { groupId: tightGroup, deadLetterTopic: tight })
class TightController {
  @EventPattern([tightTopic])
  handle(@Payload() { id, fails = false }: Sample): void {
    if (fails) throw new PermanentError('long '.repeat(500));
    done.push(id);
  }
}

const event = (id: string, padding = '', fails = true) => ({
  key: id,
  value: JSON.stringify({ id, fails, padding }),
});

describe('dead letters', () => {
  let kafka: TestKafka;
  let service: TestService;

  const countIn = async (name: string): Promise<number> =>
    [...(await kafka.ends(name)).values()].reduce((sum, end) => sum + end, 0);

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 6);
    await kafka.createTopic(shared, 4);
    await kafka.createTopic(tightTopic, 2);
    await kafka.createTopic(tight, 2, { 'max.message.bytes': String(LIMIT) });
    service = await startTestService({
      consumers: [
        consumerOf('first', [FirstController]),
        consumerOf('second', [SecondController]),
        consumerOf('tight', [TightController]),
      ],
      // Six records that fail one after the other are not meant as an outage here.
      environment: { SECOND_BREAKER: '0' },
    });
    await service.answers(200);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
  });

  it('of several groups share a topic with fewer partitions, each told by its group and retried by its own rules', async () => {
    await kafka.publish(
      topic,
      [0, 1, 2, 3, 4, 5].map((partition) => ({ ...event(`p${partition}`), partition })),
    );
    await eventually(async () => (await countIn(shared)) === 12, 'both have given up');
    const letters = await kafka.read(shared);
    for (const [group, attempts] of [
      [groups[0], '1'],
      [groups[1], '3'],
    ] as const) {
      const own = letters.filter((letter) => headerOf(letter, 'x-dlq-consumer-group') === group);
      expect(own.map((letter) => letter.key!.toString()).sort()).toEqual([
        'p0',
        'p1',
        'p2',
        'p3',
        'p4',
        'p5',
      ]);
      expect(new Set(own.map((letter) => headerOf(letter, 'x-dlq-attempts')))).toEqual(
        new Set([attempts]),
      );
    }
    const places = letters.map((letter) => [
      Number(headerOf(letter, 'x-dlq-original-partition')) % 4,
      letter.partition,
    ]);
    for (const [wanted, partition] of places) expect(partition).toBe(wanted);
  });

  it('lose their diagnostics, then are compressed, where their topic takes no larger ones', async () => {
    await kafka.publish(tightTopic, [
      event('short', 'x'.repeat(LIMIT - 2_000)),
      event('compressed', 'x'.repeat(LIMIT * 5)),
    ]);
    await eventually(async () => (await countIn(tight)) === 2, 'both are there');
    const letters = new Map(
      (await kafka.read(tight)).map((letter) => [letter.key!.toString(), letter]),
    );
    for (const letter of letters.values()) {
      expect(headerOf(letter, 'x-dlq-error-stack')).toBeUndefined();
      expect(headerOf(letter, 'x-dlq-reason')).toBe('non-retryable');
    }
    expect(letters.get('compressed')!.value!.length).toBeGreaterThan(LIMIT * 5);
  });

  it('that fit in no form keep their record pending, named with the setting, and others go on', async () => {
    const noise = randomBytes(LIMIT * 2).toString('hex');
    await kafka.publish(tightTopic, [
      { ...event('stuck', noise), partition: 0 },
      { ...event('other', ''), partition: 0 },
      { ...event('good', '', false), partition: 0 },
    ]);
    await eventually(
      async () => (await service.consumer('tight')).waitingFor.length === 1,
      'it waits',
    );
    const [wait] = (await service.consumer('tight')).waitingFor;
    expect(wait?.detail).toContain(`raise max.message.bytes of ${tight}`);
    expect(wait).toMatchObject({ records: 1, first: expect.stringMatching(`${tightTopic}-0@`) });
    await eventually(async () => (await countIn(tight)) === 3, 'the other is there');
    await eventually(() => done.includes('good'), 'the good one is done');
    expect((await service.probe('/readyz')).code).toBe(503);
    await kafka.setTopic(tight, { 'max.message.bytes': '1000000' });
    await eventually(async () => (await countIn(tight)) === 4, 'it is there');
    await service.answers(200);
    await kafka.allCommitted(tightGroup, tightTopic);
  });
});
