import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { HeadBlockedGrace } from '../../src/kafka/consumer/deadlines/index.js';
import { ConsumerGroup, RecordContext } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { headerOf, TestKafka, uniqueName, type ReadRecord } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

interface Hostile {
  readonly id: string;
  how: string;
}

const topic = uniqueName('hostile');
const group = uniqueName('hostile-group');
const deadLetters = `${topic}.${group}.dlq`;

const attempts = new Map<string, number>();
const done = new Set<string>();
const seen: string[] = [];
let releaseHung: () => void = () => undefined;
const hungReleased = new Promise<void>((resolve) => (releaseHung = resolve));

const forbidden = (): never => {
  throw new Error('not to be read');
};
const circular: Record<string, unknown> = {};
circular['self'] = circular;
circular['cause'] = circular;

const THROWN: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  text: () => 'a text',
  circular: () => circular,
  huge: () => new Error('x'.repeat(10 * 1024 * 1024)),
  frozen: () => Object.freeze(new Error('frozen')),
  getter: () => Object.defineProperty(new Error(), 'message', { get: forbidden }),
  proxy: () => new Proxy({}, { get: forbidden, getPrototypeOf: forbidden, has: forbidden }),
};

function blockFor(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

const REJECTING: Readonly<Record<string, () => Promise<void>>> = {
  'rejects twice': () =>
    new Promise((_resolve, reject) => {
      reject(new Error('first'));
      reject(new Error('second'));
    }),
  'resolves, then throws': () =>
    new Promise((resolve) => {
      resolve();
      throw new Error('too late to count');
    }),
};

@Controller()
@ConsumerGroup('hostile', {
  groupId: group,
  handlerTimeoutMs: 400,
  headBlocked: 'dead-letter',
})
class HostileController {
  @EventPattern([topic])
  async handle(@Payload() value: Hostile, @Ctx() context: RecordContext): Promise<void> {
    const attempt = (attempts.get(value.id) ?? 0) + 1;
    attempts.set(value.id, attempt);
    await this.behave(value, context, attempt);
    done.add(value.id);
  }

  private async behave(value: Hostile, context: RecordContext, attempt: number): Promise<void> {
    const { how } = value;
    if (how in THROWN) throw THROWN[how]!();
    if (how in REJECTING) await REJECTING[how]!();
    if (how === 'hangs') await hungReleased;
    if (how === 'blocks') blockFor(2_500);
    if (how === 'mutates') {
      seen.push(how);
      value.how = 'changed';
      if (attempt < 3) throw new Error('changed it, and failed');
    }
    if (how === 'changed') seen.push(how);
    if (how === 'heeds its signal') {
      await new Promise((_resolve, reject) => {
        context.signal.addEventListener('abort', () => reject(context.signal.reason as Error));
      });
    }
    if (how === 'resolves late') {
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
    }
  }
}

describe('a hostile handler', () => {
  let kafka: TestKafka;
  let service: TestService;

  /** Publishes one record, waits until it is committed, and gives its dead letters. */
  const handled = async (how: string): Promise<ReadRecord[]> => {
    await kafka.publish(topic, [{ key: how, value: JSON.stringify({ id: how, how }) }]);
    await kafka.allCommitted(group, topic);
    const found = await kafka.read(deadLetters);
    return found.filter(({ key }) => key?.toString() === how);
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(topic, 1);
    await kafka.createTopic(deadLetters, 1);
    service = await startTestService({
      consumers: [consumerOf('hostile', [HostileController])],
      environment: {
        HOSTILE_RETRY_BACKOFF: '10ms',
        HOSTILE_MAX_RETRIES: '2',
        // What fails here is meant to be bad, one record after the other.
        HOSTILE_BREAKER: '0',
      },
      configure: (application) => {
        application.get(HeadBlockedGrace).milliseconds = 300;
      },
    });
    await service.answers(200);
  }, 60_000);

  afterAll(async () => {
    releaseHung();
    await service.stop();
    await kafka.close();
  });

  it.each(Object.keys(THROWN))('that throws this is retried and dead-lettered: %s', async (how) => {
    const [deadLetter, ...others] = await handled(how);
    expect(others).toEqual([]);
    expect(attempts.get(how)).toBe(3);
    expect(headerOf(deadLetter!, 'x-dlq-reason')).toBe('exhausted');
    expect(JSON.parse(deadLetter!.value!.toString())).toEqual({ id: how, how });
    const text = deadLetter!.headers.map(([, value]) => value?.length ?? 0);
    expect(Math.max(...text)).toBeLessThanOrEqual(2_048);
    expect(headerOf(deadLetter!, 'x-dlq-error-message')!.length).toBeLessThanOrEqual(1_024);
    expect(headerOf(deadLetter!, 'x-dlq-error-class')).not.toBe('');
  });

  it('that rejects twice has failed once in each attempt, by its first word', async () => {
    const [deadLetter] = await handled('rejects twice');
    expect(attempts.get('rejects twice')).toBe(3);
    expect(headerOf(deadLetter!, 'x-dlq-error-message')).toBe('first');
  });

  it('that throws after it has resolved is done', async () => {
    expect(await handled('resolves, then throws')).toEqual([]);
    expect(attempts.get('resolves, then throws')).toBe(1);
  });

  it('that changes its value and fails finds the record as it was at each attempt', async () => {
    expect(await handled('mutates')).toEqual([]);
    expect(seen).toEqual(['mutates', 'mutates', 'mutates']);
  });

  it('that ends past its deadline with an error is retried and dead-lettered with reason timeout', async () => {
    const [deadLetter] = await handled('heeds its signal');
    expect(attempts.get('heeds its signal')).toBe(3);
    expect(headerOf(deadLetter!, 'x-dlq-reason')).toBe('timeout');
    expect(headerOf(deadLetter!, 'x-dlq-error-class')).toBe('HandlerTimeoutError');
  });

  it('that resolves past its deadline is done', async () => {
    expect(await handled('resolves late')).toEqual([]);
    expect(attempts.get('resolves late')).toBe(1);
  });

  it('that never ends is given up: dead-lettered once, its key goes on, its late result ignored', async () => {
    const [deadLetter, ...others] = await handled('hangs');
    expect(others).toEqual([]);
    expect(headerOf(deadLetter!, 'x-dlq-reason')).toBe('head-blocked');
    await kafka.publish(topic, [{ key: 'hangs', value: '{"id":"next","how":"well"}' }]);
    await eventually(() => done.has('next'), 'the next record of its key is done');
    expect(done.has('hangs')).toBe(false);
    releaseHung();
    const records = async () => (await service.consumer('hostile')).records;
    await eventually(async () => (await records()).lateResults === 1, 'the late result is counted');
    expect((await records()).inFlight).toBe(0);
  });

  it('that blocks the event loop costs nothing but time: the member stays and nothing is lost', async () => {
    const before = (await service.consumer('hostile')).assignment;
    const others = Array.from({ length: 200 }, (_, index) => `after-${index}`);
    await kafka.publish(topic, [
      { key: 'blocks', value: '{"id":"blocks","how":"blocks"}' },
      ...others.map((id) => ({ key: id, value: JSON.stringify({ id, how: 'well' }) })),
    ]);
    await kafka.allCommitted(group, topic);
    expect(['blocks', ...others].filter((id) => attempts.get(id) !== 1)).toEqual([]);
    expect(['blocks', ...others].filter((id) => !done.has(id))).toEqual([]);
    expect((await service.consumer('hostile')).assignment).toEqual(before);
  });
});
