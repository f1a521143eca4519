import { MissingPartitionError } from './missing-partition.errors.js';
import { StickyPartitions } from './sticky-partitions.js';

const partitions = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({ partitionId, leader: 0 })) as never;

const choose = (sticky: StickyPartitions, message: object, count = 3): number =>
  sticky.choose({ topic: 't', partitionMetadata: partitions(count), message: message as never });

describe('the partition of a message', () => {
  it('stays what it was when it is asked for again, also without a key', () => {
    const sticky = new StickyPartitions();
    const messages = Array.from({ length: 50 }, () => ({ key: null, value: null }));
    const first = messages.map((message) => choose(sticky, message, 8));
    expect(new Set(first).size).toBeGreaterThan(1);
    expect(messages.map((message) => choose(sticky, message, 8))).toEqual(first);
    expect(messages.map((message) => sticky.of(message))).toEqual(first);
  });

  it('is the one that it names, folded into those that the topic has', () => {
    const sticky = new StickyPartitions();
    expect(choose(sticky, { key: null, value: null, partition: 2 })).toBe(2);
    expect(choose(sticky, { key: null, value: null, partition: 7 })).toBe(1);
  });

  it('is refused when it must be the one that it names and the topic does not have that', () => {
    const sticky = new StickyPartitions();
    const message = { key: null, value: null, partition: 3, keepsPartition: true };
    expect(() => choose(sticky, message)).toThrow(MissingPartitionError);
  });

  it('is the same for the same key', () => {
    const sticky = new StickyPartitions();
    const key = Buffer.from('account 1');
    expect(choose(sticky, { key, value: null })).toBe(choose(sticky, { key, value: null }));
  });
});
