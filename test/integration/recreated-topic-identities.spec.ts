import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Idempotent, type IdempotencyStore } from '../../src/idempotency/index.js';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('unnamed');
const STORES = ['postgres', 'postgres-lease', 'memory'] as const satisfies IdempotencyStore[];
const PARTITIONS = 2;
const COUNT = 10;

/** The consumers differ by their store alone. What each did is told by its name. */
const effects = new Map<string, string[]>(STORES.map((store) => [store, []]));

function consumerWith(store: IdempotencyStore) {
  @Controller()
  @ConsumerGroup(store, { groupId: `${topic}-${store}` })
  class UnnamedController {
    @EventPattern([topic])
    @Idempotent({ store })
    handle(@Payload() { text }: { text: string }): void {
      effects.get(store)!.push(text);
    }
  }
  return consumerOf(store, [UnnamedController]);
}

describe('a topic whose records have no id of their own, deleted and created again', () => {
  let kafka: TestKafka;
  let database: FreshDatabase;
  let service: TestService;

  /** The same places each time: the values alone tell one log from the other, where they do. */
  const publish = (texts: readonly string[]): Promise<void> =>
    kafka.publish(
      topic,
      texts.map((text, at) => ({ value: JSON.stringify({ text }), partition: at % PARTITIONS })),
    );
  const start = async (): Promise<void> => {
    service = await startTestService({
      consumers: STORES.map(consumerWith),
      environment: { DATABASE_URL: database.url },
    });
    await service.answers(200);
  };
  const settled = (): Promise<unknown> =>
    Promise.all(STORES.map((store) => kafka.allCommitted(`${topic}-${store}`, topic)));
  const deadLetters = async (): Promise<number> => {
    const all = STORES.map((store) => kafka.read(`${topic}.${topic}-${store}.dlq`));
    return (await Promise.all(all)).flat().length;
  };

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    database = await freshDatabase();
    await kafka.createTopic(topic, PARTITIONS);
    for (const store of STORES) await kafka.createTopic(`${topic}.${topic}-${store}.dlq`, 1);
    await start();
    await publish(Array.from({ length: COUNT }, (_, at) => `first ${at}`));
    await settled();
  });

  afterAll(async () => {
    await service.stop();
    await database.drop();
    await kafka.close();
  });

  it('loses none of the new log’s records to the identities of the old one, at the same places', async () => {
    await kafka.deleteTopic(topic);
    await kafka.createTopic(topic, PARTITIONS);
    // The first half is byte for byte what stood there before; the others would conflict.
    const texts = Array.from({ length: COUNT }, (_, at) =>
      at < COUNT / 2 ? `first ${at}` : `second ${at}`,
    );
    await publish(texts);
    await eventually(
      () => [...effects.values()].every((done) => done.length >= 2 * COUNT),
      'each store has let every record of both logs through',
    );
    await settled();
    for (const done of effects.values()) {
      const firsts = texts.map((_, at) => `first ${at}`);
      expect([...done].sort()).toEqual([...firsts, ...texts].sort());
    }
    expect(await deadLetters()).toBe(0);
  });
});
