import { eventually } from '../support/eventually.js';
import { RetryingGroup } from '../support/retrying-group.js';
import { headerOf } from '../support/test-kafka.js';

const byNumber = (left: number, right: number): number => left - right;

describe('a record that fails on, in its retry topics', () => {
  let group: RetryingGroup;
  let numbers: number[];

  beforeAll(async () => {
    group = await RetryingGroup.create();
    // Two attempts in place, one on the first level: the fourth attempt succeeds on the second.
    group.fails = (number, attempt) => number === 1 && attempt < 4;
    await group.join();
    numbers = await group.publish(['a', 'b', 'a', 'b', 'a']);
    await group.isDone(...numbers);
    await group.settled();
  });
  afterAll(() => group.close());

  it('is tried once on each level, by the count of all its attempts', () => {
    const [topic, first, second] = [group.topic, group.retry(1), group.retry(2)];
    expect(group.of(1).map((one) => [one.topic, one.attempt])).toEqual([
      [topic, 1],
      [topic, 2],
      [first, 3],
      [second, 4],
    ]);
  });

  it('has its origin on each of them', () => {
    const origins = new Set(group.of(1).map(({ origin }) => origin));
    expect([...origins]).toEqual([`${group.topic}-0@0`]);
  });

  it('never starts before its time', () => {
    expect(group.early()).toEqual([]);
    expect(group.attempts.filter(({ notBefore }) => notBefore !== undefined)).not.toEqual([]);
  });

  it('keeps later ones of its key behind it, and no others', () => {
    expect(group.done('a')).toEqual([1, 3, 5]);
    expect(group.of(3)).toHaveLength(1);
    expect(group.done('b')).toEqual([2, 4]);
    expect(group.of(4)[0]!.at).toBeLessThan(group.of(1)[2]!.at);
    expect(group.overlaps).toEqual([]);
  });

  it('lets its key go on at the source once it is done', async () => {
    const [next] = await group.publish(['a']);
    await group.isDone(next!);
    expect(group.of(next!)[0]!.topic).toBe(group.topic);
  });
});

describe('a record that fails on every level', () => {
  let group: RetryingGroup;

  beforeAll(async () => {
    group = await RetryingGroup.create();
    group.fails = (number) => number === 1;
    await group.join();
    const numbers = await group.publish(['a', 'a']);
    await group.isDone(numbers[1]!);
    await group.settled();
  });
  afterAll(() => group.close());

  it('becomes a dead letter that tells of its source and all its attempts', async () => {
    const [letter] = await group.kafka.read(group.deadLetters);
    const told = (name: string) => headerOf(letter!, `x-dlq-${name}`);
    expect(['reason', 'original-topic', 'original-offset', 'attempts'].map(told)).toEqual([
      'exhausted',
      group.topic,
      '0',
      '4',
    ]);
    const first = Date.parse(told('first-failed-at')!);
    expect(first).toBeGreaterThanOrEqual(group.of(1)[0]!.at);
    expect(first).toBeLessThanOrEqual(group.of(1)[1]!.at);
  });

  it('has none of the headers of its retries there, and all of its own', async () => {
    const [letter] = await group.kafka.read(group.deadLetters);
    const names = letter!.headers.map(([name]) => name).filter((name) => !name.startsWith('x-dlq'));
    expect(names).toEqual(['x-own']);
    expect(letter!.value!.toString()).toBe('{"number":1}');
  });

  it('lets the next of its key go on then', () => {
    expect(group.done('a')).toEqual([2]);
  });
});

describe('records that wait for a retry', () => {
  it('are tried in order, and not early, by a service that was stopped and started meanwhile', async () => {
    const group = await RetryingGroup.create({ partitions: 2 });
    try {
      group.fails = (number, attempt) => number % 10 === 1 && attempt < 3;
      await group.join();
      const keys = Array.from({ length: 60 }, (_, index) => `key-${index % 6}`);
      const numbers = await group.publish(keys);
      await eventually(() => group.attempts.length > 40, 'some have failed');
      await group.leave();
      await group.join('second');
      await group.isDone(...numbers);
      await group.settled();
      expect(group.early()).toEqual([]);
      expect(group.overlaps).toEqual([]);
      for (let key = 0; key < 6; key += 1) {
        const done = group.done(`key-${key}`);
        expect(done).toEqual([...done].sort(byNumber));
      }
    } finally {
      await group.close();
    }
  });

  it('are taken over by a member that joins meanwhile, in order and not early', async () => {
    const group = await RetryingGroup.create({ partitions: 4 });
    try {
      group.fails = (number, attempt) => number % 10 === 1 && attempt < 4;
      await group.join('first');
      const keys = Array.from({ length: 120 }, (_, index) => `key-${index % 12}`);
      const numbers = await group.publish(keys);
      await eventually(() => group.attempts.length > 60, 'some have failed');
      await group.join('second');
      await group.isDone(...numbers);
      await group.settled();
      expect(new Set(group.attempts.map(({ member }) => member))).toEqual(
        new Set(['first', 'second']),
      );
      expect(group.early()).toEqual([]);
      expect(group.overlaps).toEqual([]);
      for (let key = 0; key < 12; key += 1) {
        const done = group.done(`key-${key}`);
        expect(done).toEqual([...done].sort(byNumber));
      }
    } finally {
      await group.close();
    }
  });
});

describe('where later records of a key do not wait', () => {
  it('they go on while one of them is retried', async () => {
    const group = await RetryingGroup.create({ environment: { RETRYING_RETRY_ORDER: 'skip' } });
    try {
      group.fails = (number, attempt) => number === 1 && attempt < 3;
      await group.join();
      const numbers = await group.publish(['a', 'a', 'a']);
      await group.isDone(...numbers);
      await group.settled();
      expect(group.done('a')).toEqual([2, 3, 1]);
      expect([group.early(), group.overlaps]).toEqual([[], []]);
    } finally {
      await group.close();
    }
  });
});
