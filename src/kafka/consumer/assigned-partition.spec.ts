import type { KafkaRecord } from '../../record/index.js';
import type { FetchedBatch } from '../client/index.js';
import { topicTraits } from '../../../test/support/partitions.js';
import { AssignedPartition } from './assigned-partition.js';

const partitionAt = (...inherited: [number, string] | []): AssignedPartition => {
  const partition = new AssignedPartition({ topic: 't', partition: 0 }, 1, topicTraits());
  if (inherited.length === 2) partition.inherit(...inherited);
  return partition;
};

function batchOf(fetchedOffset: number, offsets: readonly number[], end?: number): FetchedBatch {
  const records = offsets.map((offset): KafkaRecord => {
    const key = Buffer.from(`key ${offset}`);
    return { topic: 't', partition: 0, offset, timestamp: 0, key, value: null, headers: [] };
  });
  const nextOffset = end ?? (offsets[offsets.length - 1] ?? fetchedOffset) + 1;
  return { topic: 't', partition: 0, fetchedOffset, nextOffset, highWatermark: 99, records };
}

/** The metadata of a partition that stands at 10 and has settled 11, 12 and 15 to 19. */
function metadataAt10(): string {
  const partition = partitionAt();
  const taken = partition.take(batchOf(10, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]));
  for (const index of [1, 2, 5, 6, 7, 8, 9]) partition.settle(taken[index]!);
  return partition.commitState()!.metadata;
}

const offsetsOf = (taken: readonly { record: KafkaRecord }[]): number[] =>
  taken.map(({ record }) => record.offset);

describe('AssignedPartition', () => {
  it('gives no handler what its earlier owner had settled ahead', () => {
    const partition = partitionAt(10, metadataAt10());
    const taken = partition.take(batchOf(10, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]));
    expect(offsetsOf(taken)).toEqual([10, 13, 14, 20]);
    expect(partition.alreadySettled).toBe(7);
    expect(partition.ledger.unsettled).toBe(4);
    expect(partition.unit.lanes.size).toBe(4);
  });

  it('goes on to the end of what was settled once the records in between are', () => {
    const partition = partitionAt(10, metadataAt10());
    const taken = partition.take(batchOf(10, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]));
    for (const tracked of taken) partition.settle(tracked);
    expect(partition.commitState()).toMatchObject({ nextOffset: 20, metadata: '' });
  });

  it('tells again what it has not read yet, so that a second crash forgets nothing', () => {
    const first = partitionAt(10, metadataAt10());
    first.take(batchOf(10, [10, 11]));
    const second = partitionAt(10, first.commitState()!.metadata);
    const taken = second.take(batchOf(10, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]));
    expect(offsetsOf(taken)).toEqual([10, 13, 14]);
  });

  it('tells it again from a later commit, too', () => {
    const first = partitionAt(10, metadataAt10());
    for (const tracked of first.take(batchOf(10, [10, 11, 12, 13]))) first.settle(tracked);
    const { nextOffset, metadata } = first.commitState()!;
    expect(nextOffset).toBe(14);
    const second = partitionAt(nextOffset, metadata);
    expect(offsetsOf(second.take(batchOf(14, [14, 15, 19, 20])))).toEqual([14, 20]);
  });

  it.each([
    ['begins at another offset', (partition: AssignedPartition) => partition.take(batchOf(9, []))],
    [
      'began with a move of its position',
      (partition: AssignedPartition) => partition.advanceTo(10),
    ],
    [
      'is told that the log is another one',
      (partition: AssignedPartition) => partition.disinherit(),
    ],
    [
      'finds nothing committed after all',
      (partition: AssignedPartition) => partition.inherit(-1, ''),
    ],
  ])('takes over nothing when it %s', (_what, change) => {
    const partition = partitionAt(10, metadataAt10());
    change(partition);
    expect(offsetsOf(partition.take(batchOf(10, [10, 11, 12])))).toEqual([10, 11, 12]);
    expect(partition.alreadySettled).toBe(0);
  });

  it('takes over nothing once it has begun: what it knows itself is newer', () => {
    const partition = partitionAt();
    partition.take(batchOf(10, [10]));
    partition.inherit(10, metadataAt10());
    expect(offsetsOf(partition.take(batchOf(11, [11, 12])))).toEqual([11, 12]);
  });

  it('has something to commit when only records ahead were settled, and nothing when none was', () => {
    const partition = partitionAt();
    expect(partition.isCommitDue).toBe(false);
    const taken = partition.take(batchOf(10, [10, 11, 12]));
    partition.committed = partition.commitState();
    expect(partition.isCommitDue).toBe(false);
    partition.settle(taken[1]!);
    expect(partition.isCommitDue).toBe(true);
    partition.committed = partition.commitState();
    expect(partition.committed).toMatchObject({ nextOffset: 10 });
    partition.take(batchOf(13, [13]));
    expect(partition.isCommitDue).toBe(false);
  });

  it('encodes once for each change', () => {
    const partition = partitionAt();
    const taken = partition.take(batchOf(10, [10, 11, 12]));
    partition.settle(taken[1]!);
    const state = partition.commitState();
    expect(partition.commitState()).toBe(state);
    partition.settle(taken[2]!);
    expect(partition.commitState()).not.toBe(state);
  });

  it('counts no bytes of what it inherited until that has been read, so that reading goes on', () => {
    const partition = partitionAt(10, metadataAt10());
    partition.take(batchOf(10, [10, 11]));
    const { metadata } = partition.commitState()!;
    expect([metadata.length > 0, partition.aheadBytes]).toEqual([true, 0]);
    partition.take(batchOf(12, [12, 13, 14, 15, 16, 17, 18, 19]));
    expect(partition.aheadBytes).toBe(metadata.length);
  });

  it('tells what it has not read yet, also where it stands right before it', () => {
    const many = Array.from({ length: 300 }, (_, index) => 10 + index);
    const owner = partitionAt();
    for (const tracked of owner.take(batchOf(10, many)).slice(1)) owner.settle(tracked);
    const first = partitionAt(10, owner.commitState()!.metadata);
    for (const tracked of first.take(batchOf(10, many.slice(0, 100)))) first.settle(tracked);
    const { nextOffset, metadata } = first.commitState()!;
    expect(nextOffset).toBe(110);
    const second = partitionAt(nextOffset, metadata);
    expect(second.take(batchOf(110, many.slice(100)))).toEqual([]);
  });
});

describe('a partition whose offsets are committed in transactions', () => {
  const transactional = (): AssignedPartition =>
    new AssignedPartition(
      { topic: 't', partition: 0 },
      1,
      topicTraits('t', { isTransactional: true }),
    );

  it('is prepared with its session, and has nothing to commit without one', () => {
    const partition = transactional();
    partition.advanceTo(20);
    expect([partition.isPrepared, partition.isCommitDue]).toEqual([false, false]);
    partition.session = { pending: 0 } as AssignedPartition['session'];
    expect([partition.isPrepared, partition.isCommitDue]).toEqual([true, true]);
  });

  it('begins at the commit that its owner read, with what that tells', () => {
    const partition = transactional();
    partition.beginAt({ nextOffset: 10, metadata: metadataAt10() });
    // Nothing but markers at first: where it began is known all the same.
    partition.advanceTo(11);
    expect(partition.examine(batchOf(11, [11])).kind).toBe('expected');
    expect(offsetsOf(partition.take(batchOf(11, [11, 12, 13, 14, 15, 16])))).toEqual([13, 14]);
  });

  it('has nothing to commit right after it began', () => {
    const partition = transactional();
    partition.session = { pending: 0 } as AssignedPartition['session'];
    partition.beginAt({ nextOffset: 10, metadata: metadataAt10() });
    expect(partition.isCommitDue).toBe(false);
  });

  it('tells what a commit would say if some records more were settled', () => {
    const partition = transactional();
    partition.beginAt({ nextOffset: 10, metadata: '' });
    const taken = partition.take(batchOf(10, [10, 11, 12]));
    const { commits } = partition;
    const both = commits.stateWith(new Set([taken[0]!.sequence, taken[1]!.sequence]))!;
    expect(both).toEqual({ nextOffset: 12, metadata: '', isComplete: true });
    const ahead = commits.stateWith(new Set([taken[1]!.sequence]))!;
    expect([ahead.nextOffset, ahead.metadata.length > 0, ahead.isComplete]).toEqual([
      10,
      true,
      true,
    ]);
    partition.settle(taken[1]!);
    commits.accepted(ahead);
    expect(commits.isDue).toBe(false);
    expect(partition.commitState()!.metadata).toBe(ahead.metadata);
  });
});
