import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

let group = '';
let damaged = '';
let beside = '';
const seen: string[] = [];
let gate = Promise.resolve();

@Controller()
@ConsumerGroup('ranges', { groupId: 'set by the environment' })
class RangesController {
  @EventPattern(['damaged', 'beside'])
  async handle({ id }: { id: string }): Promise<void> {
    if (id.startsWith('old')) await gate;
    seen.push(id);
  }
}

const records = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({
    value: JSON.stringify({ id: `${prefix}-${from + index}` }),
    partition: 0,
  }));
const ids = (prefix: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${prefix}-${from + index}`);
const seenOf = (prefix: string) => seen.filter((id) => id.startsWith(prefix));

describe('an offset that is out of range', () => {
  let kafka: TestKafka;
  let service: TestService;

  const start = async (policy: string): Promise<void> => {
    service = await startTestService({
      consumers: [consumerOf('ranges', [RangesController])],
      environment: {
        KAFKA_AUTO_OFFSET_RESET: policy,
        RANGES_GROUP_ID: group,
        RANGES_TOPICS: `${damaged},${beside}`,
        RANGES_PARTITION_WINDOW: '10',
      },
    });
  };
  const skippedOffsets = async () => (await service.consumer('ranges')).records.skippedOffsets;
  const committed = async () => (await kafka.rawCommitted(group, damaged))[0];

  beforeAll(async () => {
    kafka = await TestKafka.connect();
  });

  /** Of 20 records the group, which does not run, has done 10. */
  beforeEach(async () => {
    group = uniqueName('range-group');
    damaged = uniqueName('damaged');
    beside = uniqueName('beside');
    for (const topic of [damaged, beside]) {
      await kafka.createTopic(topic, 1);
      await kafka.createTopic(`${topic}.${group}.dlq`, 1);
    }
    await kafka.publish(damaged, records('old', 0, 20));
    await kafka.setCommitted(group, damaged, 0, 10);
    await kafka.setCommitted(group, beside, 0, 0);
  });

  afterEach(async () => {
    await service.stop();
    seen.length = 0;
    gate = Promise.resolve();
  });

  afterAll(() => kafka.close());

  it('goes to the first record there is with earliest, and counts what is gone', async () => {
    await kafka.deleteRecords(damaged, 0, 15);
    await kafka.publish(beside, records('beside', 0, 50));
    await start('earliest');
    await kafka.allCommitted(group, damaged);
    await kafka.allCommitted(group, beside);
    expect(seenOf('old')).toEqual(ids('old', 15, 20));
    expect(seenOf('beside').sort()).toEqual(ids('beside', 0, 50).sort());
    expect(await skippedOffsets()).toBe(5);
  });

  it('goes to the end with latest, and counts everything that is passed over', async () => {
    await kafka.deleteRecords(damaged, 0, 15);
    await start('latest');
    await eventually(async () => (await committed()) === '20', 'the end is committed');
    await kafka.publish(damaged, records('new', 20, 22));
    await kafka.allCommitted(group, damaged);
    expect(seen).toEqual(ids('new', 20, 22));
    expect(await skippedOffsets()).toBe(10);
  });

  it('stops the group with fail, and names place, range and setting until offsets are committed', async () => {
    await kafka.deleteRecords(damaged, 0, 15);
    await start('fail');
    const words = `offset 10 of ${damaged}-0 is out of range (the log has 15 to 20) and KAFKA_AUTO_OFFSET_RESET is fail`;
    const reason = async () => (await service.consumer('ranges')).reason ?? '';
    await eventually(async () => (await reason()).includes(words), 'it is named');
    expect((await service.probe('/readyz')).code).toBe(503);
    expect((await service.probe('/livez')).code).toBe(200);
    expect(await committed()).toBe('10');
    expect(seen).toEqual([]);
    await kafka.setCommitted(group, damaged, 0, 15);
    await service.answers(200);
    await kafka.allCommitted(group, damaged);
    expect(seen).toEqual(ids('old', 15, 20));
  });

  it.each([
    ['earliest', 10],
    ['latest', 20],
    ['fail', 0],
  ])(
    'is met in the middle of a run with %s, while the rest of the group flows',
    async (policy, skipped) => {
      let open = (): void => undefined;
      gate = new Promise((resolve) => (open = resolve));
      await start(policy);
      const isPaused = async () =>
        (await service.consumer('ranges')).pausedPartitions.includes(`${damaged}-0`);
      await eventually(isPaused, 'the partition is paused by its window');
      await kafka.publish(damaged, records('new', 20, 40));
      await kafka.deleteRecords(damaged, 0, 30);
      await kafka.publish(beside, records('beside', 0, 20));
      await kafka.allCommitted(group, beside);
      open();
      if (policy === 'fail') {
        const words = `offset 20 of ${damaged}-0 is out of range (the log has 30 to 40)`;
        const reason = async () => (await service.consumer('ranges')).reason ?? '';
        await eventually(async () => (await reason()).includes(words), 'it is named');
        await service.answers(503);
      } else {
        await kafka.allCommitted(group, damaged);
        await kafka.publish(beside, records('beside', 20, 21));
        await kafka.allCommitted(group, beside);
        expect(seenOf('new')).toEqual(policy === 'latest' ? [] : ids('new', 30, 40));
      }
      expect(seenOf('old')).toEqual(ids('old', 10, 20));
      expect(await skippedOffsets()).toBe(skipped);
    },
  );

  it('lies behind the end of the log: that is another one, read from its start', async () => {
    await kafka.setCommitted(group, damaged, 0, 500);
    await start('earliest');
    await kafka.allCommitted(group, damaged);
    expect(seen).toEqual(ids('old', 0, 20));
    expect(await skippedOffsets()).toBe(0);
  });

  it('is never written to the group as -1 or -2, and one that another client wrote is none', async () => {
    for (const literal of ['-1', '-2'] as const) {
      await kafka.setCommitted(group, damaged, 0, literal);
      expect(await committed()).toBe(literal);
      seen.length = 0;
      await start('earliest');
      await kafka.allCommitted(group, damaged);
      expect(seen).toEqual(ids('old', 0, 20));
      expect(await committed()).toBe('20');
      await service.stop();
    }
  });
});

describe('a topic that is deleted and made again', () => {
  let kafka: TestKafka;
  let service: TestService | undefined;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
    group = uniqueName('anew-group');
    damaged = uniqueName('anew');
    beside = uniqueName('anew-beside');
    for (const topic of [damaged, beside]) {
      await kafka.createTopic(topic, 1);
      await kafka.createTopic(`${topic}.${group}.dlq`, 1);
    }
  });

  afterAll(async () => {
    await service?.stop();
    await kafka.close();
  });

  const start = async (): Promise<TestService> => {
    service = await startTestService({
      consumers: [consumerOf('ranges', [RangesController])],
      environment: { RANGES_GROUP_ID: group, RANGES_TOPICS: `${damaged},${beside}` },
    });
    return service;
  };
  const makeAgain = async (): Promise<void> => {
    await kafka.deleteTopic(damaged);
    await kafka.createTopic(damaged, 1);
    seen.length = 0;
  };

  it('is read from its start by the group that runs', async () => {
    await kafka.publish(damaged, records('first', 0, 100));
    await start();
    await kafka.allCommitted(group, damaged);
    await makeAgain();
    await kafka.publish(damaged, records('second', 0, 30));
    await kafka.publish(beside, records('beside', 0, 30));
    await kafka.allCommitted(group, damaged);
    await kafka.allCommitted(group, beside);
    expect(seenOf('second')).toEqual(ids('second', 0, 30));
    expect(seenOf('beside')).toHaveLength(30);
  });

  it('is read from its start by the group that was stopped meanwhile', async () => {
    await service!.stop();
    await makeAgain();
    await kafka.publish(damaged, records('third', 0, 10));
    await start();
    await kafka.allCommitted(group, damaged);
    expect(seenOf('third')).toEqual(ids('third', 0, 10));
  });
});
