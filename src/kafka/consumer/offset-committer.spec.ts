import { Logger } from '@nestjs/common';
import type { OffsetToCommit } from '../client/index.js';
import { topicTraits } from '../../../test/support/partitions.js';
import { AssignedPartition } from './assigned-partition.js';
import { OffsetCommitter } from './offset-committer.js';

const NEVER = 1_000_000;

/** A partition at offset 0, with every second of its records settled. */
function partitionOf(number: number, records = 4): AssignedPartition {
  const partition = new AssignedPartition({ topic: 't', partition: number }, 1, topicTraits());
  const taken = partition.take({
    topic: 't',
    partition: number,
    fetchedOffset: 0,
    nextOffset: records,
    highWatermark: records,
    records: Array.from({ length: records }, (_, offset) => ({
      topic: 't',
      partition: number,
      offset,
      timestamp: 0,
      key: null,
      value: null,
      headers: [],
    })),
  });
  for (let index = 1; index < taken.length; index += 2) partition.settle(taken[index]!);
  return partition;
}

/** A broker that answers each request as told, and accepts once it has been told everything. */
function brokerThat(...refusals: (string | undefined)[]) {
  const requests: (readonly OffsetToCommit[])[] = [];
  const commit = (offsets: readonly OffsetToCommit[]): Promise<void> => {
    requests.push(offsets);
    const type = refusals.shift();
    return type === undefined
      ? Promise.resolve()
      : Promise.reject(Object.assign(new Error('refused'), { type }));
  };
  return { requests, channel: { isJoining: false, commit } };
}

function committerOf(
  partitions: readonly AssignedPartition[],
  told?: (partition: AssignedPartition) => void,
): OffsetCommitter {
  return new OffsetCommitter('g', NEVER, {
    partitions: () => partitions,
    ...(told === undefined ? {} : { told }),
  });
}

const soon = (): number => performance.now() + 10_000;

describe('OffsetCommitter', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('commits each watermark with what is settled ahead of it, and nothing when nothing changed', async () => {
    const { requests, channel } = brokerThat();
    const committer = committerOf([partitionOf(0), partitionOf(1)]);
    committer.start(channel);
    expect(await committer.flush(soon())).toBe(true);
    expect(await committer.flush(soon())).toBe(true);
    committer.stop();
    const metadata = expect.stringMatching(/^millrace1:/) as string;
    expect(requests).toEqual([
      [
        { topic: 't', partition: 0, nextOffset: 0, metadata },
        { topic: 't', partition: 1, nextOffset: 0, metadata },
      ],
    ]);
  });

  it.each(['OFFSET_METADATA_TOO_LARGE', 'INVALID_COMMIT_OFFSET_SIZE'])(
    'commits without metadata where the broker answers %s',
    async (refusal) => {
      const { requests, channel } = brokerThat(refusal);
      const committer = committerOf([partitionOf(0)]);
      committer.start(channel);
      expect(await committer.flush(soon())).toBe(true);
      committer.stop();
      expect(requests[0]![0]!.metadata).toBeDefined();
      expect(requests.slice(1)).toEqual([[{ topic: 't', partition: 0, nextOffset: 0 }]]);
      expect(committer.lastError).toBeUndefined();
    },
  );

  it('remembers nothing as committed that was refused', async () => {
    const { requests, channel } = brokerThat('REBALANCE_IN_PROGRESS');
    const partition = partitionOf(0);
    const committer = committerOf([partition]);
    committer.start(channel);
    expect(await committer.flush(performance.now())).toBe(false);
    expect([partition.committed, partition.isCommitDue]).toEqual([undefined, true]);
    expect(await committer.flush(soon())).toBe(true);
    committer.stop();
    expect(requests[1]).toEqual(requests[0]);
  });

  it('asks a broker in one request for no more metadata than it can write at once', async () => {
    const { requests, channel } = brokerThat();
    const partitions = Array.from({ length: 200 }, (_, number) => partitionOf(number, 20_000));
    const committer = committerOf(partitions);
    committer.start(channel);
    expect(await committer.flush(soon())).toBe(true);
    committer.stop();
    const sizes = requests.map((offsets) =>
      offsets.reduce((bytes, { metadata = '' }) => bytes + metadata.length, 0),
    );
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.filter((bytes) => bytes > 256 * 1024)).toEqual([]);
    expect(new Set(requests.flat().map(({ partition }) => partition)).size).toBe(200);
  });

  it('says of which partition it has told anew', async () => {
    const { channel } = brokerThat();
    const partition = partitionOf(0);
    const told: AssignedPartition[] = [];
    const committer = committerOf([partition], (each) => told.push(each));
    committer.start(channel);
    await committer.flush(soon());
    committer.stop();
    expect(told).toEqual([partition]);
  });
});
