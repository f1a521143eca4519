import { DeadLetterOperator } from '../support/dead-letter-operator.js';
import { eventually } from '../support/eventually.js';
import { RetryingGroup } from '../support/retrying-group.js';
import { headerOf } from '../support/test-kafka.js';
import type { TestService } from '../support/test-service.js';

const NO_RETRY_TOPICS = { RETRYING_RETRY_TOPIC_DELAYS: '' };

describe('a redriven record', () => {
  let group: RetryingGroup;
  let operator: DeadLetterOperator;
  let service: TestService;
  let isMended = false;

  beforeAll(async () => {
    group = await RetryingGroup.create({ environment: NO_RETRY_TOPICS });
    operator = await DeadLetterOperator.connect();
    group.fails = (number) => !isMended && number === 1;
    service = await group.join();
    const numbers = await group.publish(['a', 'a']);
    await group.isDone(numbers[1]!);
    await group.kafka.allCommitted(group.group, group.topic);
  });
  afterAll(async () => {
    await operator.close();
    await group.close();
  });

  it('is read by the group that gave it up, from a topic that came after the group', async () => {
    const before = (await service.consumer('retrying')).topics;
    expect(before).toEqual([group.topic]);
    isMended = true;
    const result = await operator.redrive(group.deadLetters);
    expect(result.taken).toBe(1);
    await group.isDone(1);
    await group.kafka.allCommitted(group.group, group.topic);
    expect((await service.consumer('retrying')).topics).toEqual([group.topic, group.redrive]);
  });

  it('begins anew with its attempts and has its origin', () => {
    const [redriven] = group.of(1).filter(({ topic }) => topic === group.redrive);
    expect(redriven).toMatchObject({ attempt: 1, origin: `${group.topic}-0@0` });
  });

  it('fails as a dead letter of its first source that counts the redrive', async () => {
    const [number] = await group.publish(['b']);
    await group.isDone(number!);
    group.fails = (failing) => failing === number! + 1;
    await group.publish(['b']);
    const letters = async () => (await group.kafka.readCommitted(group.deadLetters)).slice(1);
    await eventually(async () => (await letters()).length === 1, 'it is a dead letter');
    await operator.redrive(group.deadLetters);
    await eventually(async () => (await letters()).length === 2, 'it is one again');
    const [first, second] = await letters();
    const place = ['original-topic', 'original-partition', 'original-offset', 'id', 'attempts'];
    for (const name of place)
      expect(headerOf(second!, `x-dlq-${name}`)).toBe(headerOf(first!, `x-dlq-${name}`));
    expect(headerOf(second!, 'x-dlq-redrive-count')).toBe('1');
    const foreign = second!.headers.map(([name]) => name).filter((name) => !/^x-dlq/.test(name));
    expect(foreign).toEqual(['x-own']);
  });
});

describe('a redriven record and new ones of its key', () => {
  it('are never handled at once', async () => {
    const group = await RetryingGroup.create({ environment: NO_RETRY_TOPICS });
    try {
      await group.kafka.createTopic(group.redrive, 1);
      group.workMs = 20;
      await group.join();
      const redriven = Array.from({ length: 20 }, (_, index) => ({
        key: 'a',
        value: JSON.stringify({ number: 1_000 + index }),
      }));
      const [numbers] = await Promise.all([
        group.publish(Array.from({ length: 20 }, () => 'a')),
        group.kafka.publish(group.redrive, redriven),
      ]);
      await group.isDone(...numbers, ...redriven.map((_, index) => 1_000 + index));
      expect(group.overlaps).toEqual([]);
      expect(new Set(group.attempts.map(({ topic }) => topic)).size).toBe(2);
    } finally {
      await group.close();
    }
  });
});
