import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { PermanentError } from '../../src/record/index.js';
import { DeadLetterOperator } from '../support/dead-letter-operator.js';
import { eventually } from '../support/eventually.js';
import { headerOf, TestKafka, uniqueName, type ReadRecord } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const topic = uniqueName('stubborn');
const group = uniqueName('stubborn-group');
const deadLetters = `${topic}.${group}.dlq`;
const REDRIVES = 50;
const OUR_BYTES = 4_096;

@Controller()
@ConsumerGroup('stubborn', { groupId: group })
class StubbornController {
  @EventPattern([topic])
  handle(): void {
    throw new PermanentError(`never ${'and never '.repeat(1_000)}`);
  }
}

const isOurs = ([name]: ReadRecord['headers'][number]): boolean =>
  /^x-(dlq|retry|redrive)-/.test(name);

function bytesOfOurs({ headers }: ReadRecord): number {
  return headers
    .filter(isOurs)
    .reduce((sum, [name, value]) => sum + name.length + (value?.length ?? 0), 0);
}

const ownHeaders = ({ headers }: ReadRecord) => headers.filter((header) => !isOurs(header));

describe('a record that fails again after each of fifty redrives', () => {
  let kafka: TestKafka;
  let operator: DeadLetterOperator;
  let service: TestService;
  const rules = [{ topic, groupId: group, redriveLimit: REDRIVES }];

  const written = async (): Promise<number> =>
    [...(await kafka.ends(deadLetters)).values()].reduce((sum, end) => sum + end, 0);

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    operator = await DeadLetterOperator.connect();
    for (const each of [topic, deadLetters, `${topic}.${group}.redrive`]) {
      await kafka.createTopic(each, 1);
    }
    service = await startTestService({
      consumers: [consumerOf('stubborn', [StubbornController])],
      environment: { STUBBORN_REDRIVE_LIMIT: String(REDRIVES) },
    });
    const headers = { 'x-own': Buffer.from([0xff, 0]), 'x-dlqish': 'kept' };
    await kafka.publish(topic, [{ key: 'k', value: 'not touched', headers }]);
    for (let redrive = 0; redrive < REDRIVES; redrive += 1) {
      await eventually(async () => (await written()) === redrive + 1, 'it has failed again');
      await operator.redrive(deadLetters, { rules });
    }
    await eventually(async () => (await written()) === REDRIVES + 1, 'it has failed for good');
  }, 180_000);

  afterAll(async () => {
    await service.stop();
    await operator.close();
    await kafka.close();
  });

  it('has a dead letter for each failure, and at its limit is redriven no more', async () => {
    const letters = await kafka.read(deadLetters);
    const counts = letters.map((letter) => Number(headerOf(letter, 'x-dlq-redrive-count')));
    expect(counts).toEqual(Array.from({ length: REDRIVES + 1 }, (_, count) => count));
    expect(headerOf(letters.at(-1)!, 'x-dlq-reason')).toBe('redrive-limit');
    const { taken, left } = await operator.redrive(deadLetters, { rules });
    expect([taken, left]).toEqual([0, { 'already redriven': REDRIVES, 'redrive-limit': 1 }]);
  });

  it('carries no more of our headers than 4 KiB, on the way there and on the way back', async () => {
    const letters = await kafka.read(deadLetters);
    const redriven = await kafka.readCommitted(`${topic}.${group}.redrive`);
    expect(redriven).toHaveLength(REDRIVES);
    const most = Math.max(...[...letters, ...redriven].map(bytesOfOurs));
    expect(most).toBeLessThanOrEqual(OUR_BYTES);
    const names = letters.at(-1)!.headers.map(([name]) => name);
    expect(names).toHaveLength(new Set(names).size);
  });

  it('keeps its own headers, its key and its value as they were', async () => {
    const [first, ...others] = await kafka.read(deadLetters);
    expect(ownHeaders(first!)).toHaveLength(2);
    for (const { key, value, headers } of [...others, first!]) {
      expect([key?.toString(), value?.toString()]).toEqual(['k', 'not touched']);
      expect(ownHeaders({ headers } as ReadRecord)).toEqual(ownHeaders(first!));
    }
  });
});
