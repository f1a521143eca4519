import { Controller, Injectable, UseGuards, type CanActivate } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { IsIn, IsInt } from 'class-validator';
import { Idempotent } from '../../src/idempotency/index.js';
import { ConsumerGroup, RecordContext, RecordPublisher, Tombstone } from '../../src/kafka/index.js';
import {
  DependencyUnavailableError,
  PermanentError,
  skipped,
  type Outcome,
  type OutgoingRecord,
} from '../../src/record/index.js';
import { Transactional } from '../../src/transactions/index.js';
import { ConsumerKit, type Delivered, type KitRecord } from '../support/consumer-kit/index.js';
import { headerOf, TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService } from '../support/test-service.js';

const DEEDS = ['well', 'skip', 'cannot', 'defect', 'twice', 'always', 'publish', 'wait', 'refuse'];

class Deed {
  @IsIn(DEEDS)
  readonly deed: string;

  @IsInt()
  readonly number: number;
}

@Injectable()
class NoRefusals implements CanActivate {
  canActivate(context: { switchToRpc(): { getData(): unknown } }): boolean {
    return (context.switchToRpc().getData() as Deed | null)?.deed !== 'refuse';
  }
}

const attempts = new Map<number, number>();

@Controller()
@ConsumerGroup('deeds', { groupId: 'deeds-group' })
class DeedsController {
  constructor(private readonly publisher: RecordPublisher) {}

  @EventPattern(['deeds'])
  @Idempotent({ store: 'memory' })
  @Tombstone('skip')
  @UseGuards(NoRefusals)
  async handle(
    @Payload() { deed, number }: Deed,
    @Ctx() context: RecordContext,
  ): Promise<Outcome | undefined> {
    attempts.set(number, (attempts.get(number) ?? 0) + 1);
    switch (deed) {
      case 'skip':
        return skipped('asked for');
      case 'cannot':
        throw new PermanentError('it cannot be');
      case 'defect':
        throw new TypeError('a defect');
      case 'twice':
        if (attempts.get(number)! <= 2) throw new Error('not yet');
        return undefined;
      case 'always':
        throw new Error('never');
      case 'wait':
        throw new DependencyUnavailableError('mail', 'no mail server');
      case 'publish': {
        const { key, timestamp } = context.record;
        await this.publisher.publish({
          ...{ topic: 'elsewhere', key, value: null, headers: [], timestamp },
        });
        return undefined;
      }
      default:
        return undefined;
    }
  }
}

@Controller()
class CopiesController {
  @EventPattern(['originals'])
  @Transactional()
  handle(@Payload() _: unknown, @Ctx() { record }: RecordContext): OutgoingRecord {
    const { key, value, headers, timestamp } = record;
    return { topic: 'copies', key, value, headers, timestamp };
  }
}

const valueOf = (deed: string, number: number): string => JSON.stringify({ deed, number });
const withId = { 'event-id': 'one' };

/** Each under a key of its own, but for those that are a message and its repeats. */
const records: readonly (KitRecord & { readonly key: string })[] = [
  { key: 'well', value: valueOf('well', 1) },
  { key: 'skip', value: valueOf('skip', 2) },
  { key: 'cannot', value: valueOf('cannot', 3), headers: { 'x-own': 'kept' } },
  { key: 'defect', value: valueOf('defect', 4) },
  { key: 'twice', value: valueOf('twice', 5) },
  { key: 'always', value: valueOf('always', 6) },
  { key: 'refused by a guard', value: valueOf('refuse', 7) },
  { key: 'truncated', value: '{"deed":' },
  { key: 'no such deed', value: valueOf('dance', 8) },
  { key: 'tombstone', value: null },
  { key: 'message', value: valueOf('well', 9), headers: withId },
  { key: 'message', value: valueOf('well', 9), headers: withId },
  { key: 'message', value: valueOf('well', 10), headers: withId },
];

const TOLD = ['reason', 'attempts', 'error-class', 'error-message', 'handler', 'consumer-group'];

interface Told {
  readonly key: string;
  readonly value: string | undefined;
  readonly headers: readonly (string | undefined)[];
}

function byKey(letters: readonly Told[]): Told[] {
  return [...letters].sort((left, right) => (left.key < right.key ? -1 : 1));
}

describe('the consumer kit', () => {
  const kits: ConsumerKit[] = [];
  const kitOf = async (
    options: Parameters<typeof ConsumerKit.of>[1] = {},
  ): Promise<ConsumerKit> => {
    const kit = await ConsumerKit.of(DeedsController, { providers: [NoRefusals], ...options });
    kits.push(kit);
    return kit;
  };

  beforeEach(() => attempts.clear());
  afterEach(async () => {
    for (const kit of kits.splice(0)) await kit.close();
  });

  it('tells of each record what becomes of it on a broker', async () => {
    const kit = await kitOf();
    const delivered: Delivered[] = [];
    for (const record of records) delivered.push(await kit.deliver(record));
    const attemptsInKit = new Map(attempts);
    attempts.clear();

    const kafka = await TestKafka.connect();
    const [topic, group] = [uniqueName('deeds'), 'deeds-group'];
    const deadLetters = `${topic}.${group}.dlq`;
    for (const name of [topic, deadLetters]) await kafka.createTopic(name, 1);
    const service = await startTestService({
      consumers: [consumerOf('deeds', [DeedsController], [NoRefusals])],
      environment: { DEEDS_TOPIC: topic, DEEDS_BREAKER: '0' },
    });
    await kafka.publish(topic, records as never);
    await kafka.allCommitted(group, topic);
    const letters = await kafka.read(deadLetters);
    const { done, duplicate, skipped: skips } = (await service.consumer('deeds')).records;
    await service.stop();
    await kafka.close();

    const countOf = (outcome: string): number =>
      delivered.filter((one) => one.outcome === outcome).length;
    expect([countOf('done'), countOf('duplicate'), countOf('skipped')]).toEqual([
      done,
      duplicate,
      skips,
    ]);
    expect(attemptsInKit).toEqual(attempts);
    const told = delivered.flatMap(({ deadLetter }) => deadLetter ?? []);
    expect(
      byKey(
        told.map(({ key, value, headers }) => ({
          key: key!,
          value: value?.toString(),
          headers: [...TOLD.map((name) => headers[`x-dlq-${name}`]), headers['x-own']],
        })),
      ),
    ).toEqual(
      byKey(
        letters.map((letter) => ({
          key: letter.key!.toString(),
          value: letter.value?.toString(),
          headers: [
            ...TOLD.map((name) => headerOf(letter, `x-dlq-${name}`)),
            headerOf(letter, 'x-own'),
          ],
        })),
      ),
    );
  });

  it('tells attempts, the waits between them that nobody waited for, and the reason at the end', async () => {
    const kit = await kitOf();
    const twice = await kit.deliver({ value: { deed: 'twice', number: 1 } });
    expect(twice).toMatchObject({ outcome: 'done', attempts: 3, deadLetter: undefined });
    expect(twice.waits).toHaveLength(2);
    const always = await kit.deliver({ key: 'k', value: { deed: 'always', number: 2 } });
    expect(always).toMatchObject({
      outcome: 'dead-lettered',
      attempts: 4,
      deadLetter: { reason: 'exhausted', topic: 'deeds.deeds-group.dlq', key: 'k' },
    });
  });

  it('tells what a record waits for, instead of waiting', async () => {
    const kit = await kitOf();
    const waiting = await kit.deliver({ value: { deed: 'wait', number: 1 } });
    expect(waiting).toMatchObject({ outcome: undefined, waitingFor: 'mail', attempts: 1 });
  });

  it('takes settings as the service does, and tells of retry topics', async () => {
    const kit = await kitOf({
      environment: { DEEDS_MAX_RETRIES: '0', DEEDS_RETRY_TOPIC_DELAYS: '10s' },
    });
    const moved = await kit.deliver({ key: 'k', value: { deed: 'always', number: 1 } });
    expect(moved).toMatchObject({ outcome: 'retried', attempts: 1 });
    const [retry] = moved.published;
    expect(retry!.topic).toBe('deeds.deeds-group.retry.1');
    const headers = Object.fromEntries(retry!.headers);
    const last = await kit.deliver({ ...retry!, headers });
    expect(last).toMatchObject({ outcome: 'dead-lettered', attempts: 2 });
    expect(last.deadLetter!.headers['x-dlq-original-topic']).toBe('deeds');
  });

  it('keeps what a handler publishes apart, also of records that are handled at once', async () => {
    const kit = await kitOf();
    const [first, second, third] = await Promise.all([
      kit.deliver({ key: 'a', value: { deed: 'publish', number: 1 } }),
      kit.deliver({ key: 'b', value: { deed: 'publish', number: 2 } }),
      kit.deliver({ key: 'c', value: { deed: 'cannot', number: 3 } }),
    ]);
    expect(first.published.map(({ key }) => key?.toString())).toEqual(['a']);
    expect(second.published.map(({ key }) => key?.toString())).toEqual(['b']);
    expect(third.deadLetter?.key).toBe('c');
  });

  it('tells what a transaction would have published with the offset, dead letters too', async () => {
    const kit = await ConsumerKit.of(CopiesController);
    kits.push(kit);
    const copied = await kit.deliver({ key: 'a', value: { number: 1 } });
    expect(copied).toMatchObject({ outcome: 'done', attempts: 1 });
    expect(copied.published.map(({ topic, key }) => `${topic} ${key}`)).toEqual(['copies a']);
    const refused = await kit.deliver({ key: 'b', value: '{' });
    expect(refused.deadLetter).toMatchObject({ reason: 'deserialization', key: 'b' });
  });

  it('finds a handler that is not idempotent by handling each record twice', async () => {
    const kit = await kitOf({ everyRecordTwice: () => attempts.get(1) });
    await expect(kit.deliver({ value: { deed: 'well', number: 1 } })).rejects.toThrow(
      /DeedsController\.handle is not idempotent: .*\n2\ninstead of\n1$/,
    );
  });

  it('handles each record twice under the claims that the environment names', async () => {
    const kit = await kitOf({
      environment: { DEEDS_IDEMPOTENCY: 'memory' },
      everyRecordTwice: () => attempts.get(1),
    });
    expect((await kit.deliver({ value: { deed: 'well', number: 1 } })).outcome).toBe('done');
    expect(attempts.get(1)).toBe(1);
  });

  it('names what is missing: a topic that nobody reads, a folder that is not there', async () => {
    const kit = await kitOf();
    await expect(kit.deliver({ topic: 'other', value: {} })).rejects.toThrow(/no handler reads/);
    await expect(ConsumerKit.inFolder('none')).rejects.toThrow(/no folder of src\/consumers/);
  });
});
