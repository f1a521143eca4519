import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { ConsumerGroup } from '../../src/kafka/index.js';
import { encodeCompletedAhead } from '../../src/kafka/consumer/offsets/index.js';
import { eventually } from '../support/eventually.js';
import { TestKafka, uniqueName } from '../support/test-kafka.js';
import { consumerOf, startTestService, type TestService } from '../support/test-service.js';

const foreign = uniqueName('foreign-metadata');
const crowded = uniqueName('crowded');
const foreignGroup = `${foreign}-group`;
const crowdedGroup = `${crowded}-group`;
const COMMITTED = 3;
const END = 10;

const seen: string[] = [];
const done = new Set<number>();
let release: () => void = () => undefined;
const released = new Promise<void>((resolve) => (release = resolve));

@Controller()
@ConsumerGroup('foreign', { groupId: foreignGroup })
class ForeignController {
  @EventPattern([foreign])
  handle({ id }: { id: string }): void {
    seen.push(id);
  }
}

@Controller()
@ConsumerGroup('crowded', { groupId: crowdedGroup })
class CrowdedController {
  @EventPattern([crowded])
  async handle({ id }: { id: number }): Promise<void> {
    if (id === 0) await released;
    done.add(id);
  }
}

describe('the metadata of the committed offsets', () => {
  let kafka: TestKafka;
  let service: TestService | undefined;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
  });

  afterEach(async () => {
    await service?.stop();
  });

  afterAll(() => kafka.close());

  it('skips nothing when it is another program’s, or ours for another offset or another partition', async () => {
    const metadata = [
      'NO_METADATA',
      'AgAAAZGyM0Y=',
      'millrace1:',
      encodeCompletedAhead({ partition: `${foreign}-3`, base: COMMITTED + 1 }, [5, 9]),
      encodeCompletedAhead({ partition: `${foreign}-3`, base: COMMITTED }, [5, 9]),
    ];
    const partitions = [...metadata.keys()];
    await kafka.createTopic(foreign, partitions.length);
    await kafka.createTopic(`${foreign}.${foreignGroup}.dlq`, 1);
    const idsFrom = (first: number): string[] =>
      partitions.flatMap((partition) =>
        Array.from({ length: END - first }, (_, index) => `${partition}@${first + index}`),
      );
    await kafka.publish(
      foreign,
      idsFrom(0).map((id) => ({ partition: Number(id[0]), value: JSON.stringify({ id }) })),
    );
    await kafka.commitWithMetadata(
      foreignGroup,
      foreign,
      partitions.map((partition) => ({
        partition,
        offset: COMMITTED,
        metadata: metadata[partition]!,
      })),
    );
    service = await startTestService({ consumers: [consumerOf('foreign', [ForeignController])] });
    await kafka.allCommitted(foreignGroup, foreign);
    expect(seen.sort()).toEqual(idsFrom(COMMITTED));
  });

  it('is what was told when it comes from a commit of ours', async () => {
    seen.length = 0;
    await kafka.commitWithMetadata(
      foreignGroup,
      foreign,
      [0, 1].map((partition) => ({
        partition,
        offset: COMMITTED,
        metadata: encodeCompletedAhead(
          { partition: `${foreign}-${partition}`, base: COMMITTED },
          partition === 0 ? [5, 9] : [4, 5, 9, 10],
        ),
      })),
    );
    service = await startTestService({ consumers: [consumerOf('foreign', [ForeignController])] });
    await kafka.allCommitted(foreignGroup, foreign);
    expect(seen.sort()).toEqual(['0@3', '0@4', '0@9', '1@3', '1@5', '1@6', '1@7', '1@8']);
    const { records } = await service.consumer('foreign');
    expect(records).toMatchObject({ received: 8, done: 8, alreadySettled: 6 });
  });
});

describe('a partition behind a hanging record', () => {
  let kafka: TestKafka;
  let service: TestService;

  beforeAll(async () => {
    kafka = await TestKafka.connect();
  });

  afterAll(async () => {
    release();
    await service.stop();
    await kafka.close();
  });

  it('is read no further when what is settled takes three quarters of a commit, and others are', async () => {
    await kafka.createTopic(crowded, 2);
    await kafka.createTopic(`${crowded}.${crowdedGroup}.dlq`, 1);
    // Every second record waits behind the hanging one for its key, so that no two settled ones stand together.
    const recordsOf = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => {
        const id = from + index;
        const key = id % 2 === 0 ? 'head' : `key-${id}`;
        return { partition: 0, key, value: JSON.stringify({ id }) };
      });
    const [enough, all] = [19_000, 20_000];
    service = await startTestService({
      consumers: [consumerOf('crowded', [CrowdedController])],
      environment: {
        CROWDED_PARTITION_WINDOW: '100000',
        KAFKA_MAX_BUFFERED_RECORDS: '200000',
      },
    });
    const report = () => service.consumer('crowded');
    await kafka.publish(crowded, recordsOf(0, enough));
    await eventually(
      async () => (await report()).pausedPartitions.includes(`${crowded}-0`),
      'the partition is paused',
    );
    await eventually(async () => {
      const metadata = await kafka.committedMetadata(crowdedGroup, crowded);
      return metadata.length >= 3_072 && metadata.length <= 4_096;
    }, 'the metadata is three quarters full');
    await kafka.publish(crowded, recordsOf(enough, all));
    await kafka.publish(crowded, [{ partition: 1, key: 'x', value: JSON.stringify({ id: -1 }) }]);
    await eventually(() => done.has(-1), 'the other partition goes on');
    expect((await report()).records.received).toBeLessThanOrEqual(enough + 1);
    expect((await report()).pausedPartitions).toEqual([`${crowded}-0`]);
    release();
    await kafka.allCommitted(crowdedGroup, crowded);
    expect(done.size).toBe(all + 1);
    expect((await report()).pausedPartitions).toEqual([]);
  });
});
