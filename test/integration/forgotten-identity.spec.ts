import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Idempotent, type IdempotentOptions } from '../../src/idempotency/index.js';
import { ConsumerGroup, RecordContext } from '../../src/kafka/index.js';
import { RetriableError } from '../../src/record/index.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('late');

/** Each with a window, and whether a repeat that was retried for longer than it comes again. */
const CASES = {
  'long-memory': { store: 'memory', window: '1h' },
  'long-postgres': { store: 'postgres', window: '1h' },
  'long-lease': { store: 'postgres-lease', window: '1h' },
  'short-memory': { store: 'memory', window: '1s' },
} as const satisfies Record<string, IdempotentOptions>;
type Case = keyof typeof CASES;

const effects = new Map<string, string[]>();
const groupOf = (name: string): string => `${topic}-${name}`;

/** The first copy fails until its retry topic has had it, by when the second one has long been done. */
function consumerWith(name: Case) {
  @Controller()
  @ConsumerGroup(name, { groupId: groupOf(name) })
  class LateController {
    @EventPattern([topic])
    @Idempotent(CASES[name])
    handle(@Payload() { event_id }: { event_id: string }, @Ctx() context: RecordContext): void {
      const copy = context.record.key!.toString();
      if (copy === 'first' && context.attempt === 1) throw new RetriableError('not yet');
      effects.set(name, [...(effects.get(name) ?? []), `${event_id} ${copy}`]);
    }
  }
  return consumerOf(name, [LateController]);
}

describe('a message whose first copy waits in a retry topic while its second one is done', () => {
  let kafka: TestKafka;
  let database: FreshDatabase;
  let service: TestService;
  const names = Object.keys(CASES) as Case[];

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    database = await freshDatabase();
    await kafka.createTopic(topic, 1);
    const environment: Record<string, string> = { DATABASE_URL: database.url };
    for (const name of names) {
      const prefix = name.toUpperCase().replaceAll('-', '_');
      environment[`${prefix}_MAX_RETRIES`] = '0';
      environment[`${prefix}_RETRY_TOPIC_DELAYS`] = '3s';
      for (const kind of ['dlq', 'retry.1']) {
        await kafka.createTopic(`${topic}.${groupOf(name)}.${kind}`, 1);
      }
    }
    service = await startTestService({ consumers: names.map(consumerWith), environment });
    await service.answers(200);
    // Of two keys, so that the second one does not wait behind the first.
    const value = JSON.stringify({ event_id: 'e-1' });
    await kafka.publish(topic, [
      { key: 'first', value },
      { key: 'second', value },
    ]);
    for (const name of names) {
      const retry = `${topic}.${groupOf(name)}.retry.1`;
      await eventually(
        async () => (await kafka.ends(retry)).get(0) === 1,
        `the first copy of ${name} waits in its retry topic`,
      );
      await kafka.allCommitted(groupOf(name), topic);
      await kafka.allCommitted(groupOf(name), retry);
    }
  });

  afterAll(async () => {
    await service.stop();
    await database.drop();
    await kafka.close();
  });

  it.each(names.filter((name) => name.startsWith('long')))(
    'has one effect when the retry comes inside the window: %s',
    (name) => {
      expect(effects.get(name)).toEqual(['e-1 second']);
    },
  );

  it('has another effect when its window ended before the retry', () => {
    expect(effects.get('short-memory')).toEqual(['e-1 second', 'e-1 first']);
  });
});
