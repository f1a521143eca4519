import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import type { OutgoingRecord } from '../../src/record/index.js';
import { Transactional } from '../../src/transactions/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const input = uniqueName('ahead');
const output = uniqueName('ahead-out');
const group = uniqueName('ahead-group');
const handled: number[] = [];
let isHeld = true;

@Controller()
@ConsumerGroup('ahead', { groupId: group })
class AheadController {
  @EventPattern([input])
  @Transactional({ maxWaitMs: 50 })
  async handle({ id }: { id: number }): Promise<OutgoingRecord> {
    handled.push(id);
    while (id === 0 && isHeld) await new Promise((resolve) => setTimeout(resolve, 20));
    const value = Buffer.from(String(id));
    return { topic: output, key: value, value, headers: [], timestamp: Date.now() };
  }
}

describe('a transactional partition whose first record waits', () => {
  let kafka: TestKafka;
  let service: TestService;

  const start = async (): Promise<void> => {
    service = await startTestService({
      consumers: [consumerOf('ahead', [AheadController])],
      environment: { SHUTDOWN_TIMEOUT: '1s' },
    });
    await service.answers(200);
  };

  const produced = async (): Promise<number[]> =>
    (await kafka.readCommitted(output))
      .map(({ value }) => Number(value))
      .sort((left, right) => left - right);

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    await kafka.createTopic(input, 1);
    await kafka.createTopic(output, 1);
    await kafka.createTopic(`${input}.${group}.dlq`, 1);
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
  });

  it('produces what stands behind it meanwhile, and says so with the commit', async () => {
    await start();
    await kafka.publish(
      input,
      Array.from({ length: 100 }, (_, id) => ({ value: JSON.stringify({ id }) })),
    );
    await eventually(async () => (await produced()).length === 99, 'all but the first');
    expect((await kafka.committed(group, input)).get(0)).toBe(0);
    expect(await kafka.committedMetadata(group, input)).toMatch(/^millrace1:/);
  });

  it('gives none of that to the next owner, and ends at lag 0', async () => {
    await service.stop();
    isHeld = false;
    handled.length = 0;
    await start();
    await kafka.allCommitted(group, input);
    expect(handled).toEqual([0]);
    expect(await produced()).toEqual(Array.from({ length: 100 }, (_, id) => id));
  });

  it('commits the position alone where a transactional input ends with markers and aborted records', async () => {
    await kafka.publishInTransaction(input, ['100'], 'commit');
    await kafka.publishInTransaction(input, ['never'], 'abort');
    await kafka.allCommitted(group, input);
    expect(await produced()).toHaveLength(101);
  });
});
