import { DONE, type KafkaRecord } from '../../record/index.js';
import type { RecordObserver } from '../../observability/index.js';
import type { Membership } from '../client/index.js';
import { GroupEngine } from './group-engine.js';
import type { TopicPlan } from './group-plan.js';

const WINDOW = 4;

function setUp() {
  const releases: (() => void)[] = [];
  const paused = new Set<number>();
  const plan = {
    handler: { consumer: 'c' },
    ordering: 'none',
    concurrency: 10,
    partitionWindow: WINDOW,
    deadline: { timeoutMs: 10_000, graceMs: 5_000, headBlocked: 'wait' },
    process: (delivery) =>
      delivery.attend(async () => {
        await new Promise<void>((resolve) => releases.push(resolve));
        return DONE;
      }),
  } as TopicPlan;
  const engine = new GroupEngine(
    { groupId: 'g', topics: new Map([['t', plan]]) },
    { bufferedRecords: 1_000, bufferedBytes: 1_000_000 },
    {
      sessionTimeoutMs: 30_000,
      observer: { settled: () => undefined } as unknown as RecordObserver,
    },
  );
  engine.attach({
    pause: (_, partition) => paused.add(partition),
    resume: (_, partition) => paused.delete(partition),
    seek: () => undefined,
  });
  engine.unfreeze();
  engine.heartbeatAccepted(performance.now());
  const assign = (generation: number, partitions: number[], areClaimsHonoured = true): void => {
    const topicIds = new Map<string, string>();
    const membership = {
      memberId: 'm',
      generation,
      continues: generation - 1,
      areClaimsHonoured,
      topicIds,
    };
    engine.reassign(membership as unknown as Membership, new Map([['t', partitions]]));
  };
  const settleAll = async (): Promise<void> => {
    // Handlers start and end a turn later, and an ended one may let another start.
    for (let turn = 0; turn < 5; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const release of releases.splice(0)) release();
    }
  };
  return { engine, paused, assign, settleAll };
}

function fetched(from: number, count: number) {
  const records = Array.from({ length: count }, (_, index): KafkaRecord => {
    const content = { key: null, value: null, headers: [] };
    return { topic: 't', partition: 0, offset: from + index, timestamp: 0, ...content };
  });
  const position = { fetchedOffset: from, nextOffset: from + count, highWatermark: 100 };
  return { topic: 't', partition: 0, ...position, records };
}

describe('a partition that its own pressure has paused', () => {
  it.each([
    ['stays', [0], true],
    ['is to go elsewhere and comes back', [1], true],
    ['is lost and comes back', [1], false],
  ])('flows again when it %s', async (_, between, areClaimsHonoured) => {
    const { engine, paused, assign, settleAll } = setUp();
    assign(1, [0, 1]);
    expect(engine.take(fetched(0, WINDOW))).toBe(true);
    expect(paused).toContain(0);
    assign(2, between, areClaimsHonoured);
    assign(3, [0, 1], areClaimsHonoured);
    await settleAll();
    expect(paused).not.toContain(0);
    const next = engine.table.get('t', 0)!.nextFetchOffset ?? 0;
    expect(engine.take(fetched(next, WINDOW))).toBe(true);
    expect(paused).toContain(0);
    await settleAll();
    expect(paused).not.toContain(0);
  });
});
