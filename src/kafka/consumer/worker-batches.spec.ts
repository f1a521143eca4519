import { jest } from '@jest/globals';
import { recordPartition } from '../../../test/support/partitions.js';
import { DONE } from '../../record/index.js';
import { BatchMember } from '../batches/index.js';
import { ConsumerWorker } from './consumer-worker.js';
import type { RecordFlights } from './crashes/index.js';
import type { TopicPlan } from './group-plan.js';
import { TrackedRecord } from './tracked-record.js';

function setUp({ alone }: { alone?: number } = {}) {
  const events: string[] = [];
  const ends: (() => void)[] = [];
  const run = (members: readonly BatchMember[]): Promise<void> => {
    events.push(`run ${members.map(({ delivery }) => delivery.record.offset).join()}`);
    return new Promise((resolve) => {
      ends.push(() => {
        for (const member of members) member.succeed(DONE);
        resolve();
      });
    });
  };
  const plan = {
    handler: {},
    ordering: 'none',
    concurrency: 2,
    partitionWindow: 100,
    deadline: { timeoutMs: 10_000, graceMs: 5_000, headBlocked: 'wait' },
    batch: { maxRecords: 3, maxBytes: 1_000, maxWaitMs: 50 },
    process: (delivery) => {
      const renew = () => Promise.resolve();
      const parts = { delivery, payload: undefined, renew, company: undefined, run };
      return delivery.gather(new BatchMember(parts));
    },
  } as TopicPlan;
  const flights = {
    onFreed: () => undefined,
    holdBack: () => false,
    refusalOf: () => undefined,
    began: () => undefined,
    ended: () => undefined,
    settled: () => undefined,
    isAlone: ({ record }: TrackedRecord) => record.offset === alone,
  } as unknown as RecordFlights;
  const worker = new ConsumerWorker([plan], () => plan, {
    flights: alone === undefined ? undefined : flights,
    mayStart: () => true,
    mayMoreCome: () => true,
    settled: ({ record }, { kind }) => events.push(`${record.offset} ${kind}`),
    broken: () => undefined,
    overdue: () => undefined,
    cameLate: () => undefined,
    parked: ({ record }) => events.push(`${record.offset} parked`),
  });
  const start = (offsets: readonly number[], partition = recordPartition()) => {
    const records = offsets.map((offset) => {
      const content = { key: null, value: null, headers: [], timestamp: 0 };
      const record = { topic: 't', partition: 0, offset, ...content };
      return new TrackedRecord(record, partition, offset, null);
    });
    worker.enqueueAll(records);
    return partition;
  };
  const end = async (): Promise<void> => {
    ends.shift()!();
    await pass(0);
  };
  return { worker, events, start, end };
}

const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);

describe('the slots of batches', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are one for each run, and none for what is gathered', async () => {
    const { worker, events, start, end } = setUp();
    start([1, 2, 3, 4, 5]);
    start([11, 12, 13]);
    start([21, 22, 23]);
    await pass(0);
    expect(events).toEqual(['run 1,2,3', 'run 11,12,13']);
    expect(worker.window.running).toBe(2);
    await end();
    expect(events.slice(2)).toEqual(['run 21,22,23', '1 done', '2 done', '3 done']);
    await end();
    await end();
    await pass(50);
    expect(events.at(-1)).toBe('run 4,5');
    await end();
    expect(worker.window.running).toBe(0);
  });

  it('let a partition drain: what runs counts until it has ended, and what is gathered comes back', async () => {
    const { worker, events, start, end } = setUp();
    const partition = start([1, 2, 3, 4]);
    await pass(0);
    expect(partition.running).toBe(3);
    partition.isDraining = true;
    worker.abandonWaiting(partition);
    await pass(0);
    expect(events).toEqual(['run 1,2,3', '4 parked']);
    await end();
    expect(events.slice(2)).toEqual(['1 done', '2 done', '3 done']);
    expect([partition.running, worker.window.running]).toEqual([0, 0]);
  });

  it('go to records in order, and only to as many as make the next two batches of their partition', async () => {
    const { worker, events, start, end } = setUp();
    const offsets = Array.from({ length: 20 }, (_, index) => index + 1);
    const partition = start(offsets);
    const started = () => offsets.filter((offset) => worker.deliveryAt(partition, offset));
    await pass(0);
    expect(started()).toEqual([1, 2, 3, 4, 5, 6]);
    const other = start([101, 102, 103]);
    await pass(0);
    expect(worker.deliveryAt(other, 103)).toBeDefined();
    for (let batch = 0; batch < 7; batch += 1) {
      await end();
      expect(started().length).toBeLessThanOrEqual(6);
    }
    await pass(50);
    expect(events.filter((event) => event.startsWith('run')).slice(2)).toEqual([
      'run 4,5,6',
      'run 7,8,9',
      'run 10,11,12',
      'run 13,14,15',
      'run 16,17,18',
      'run 19,20',
    ]);
  });

  it('go to nothing of a partition that drains, and what was held of it comes back', async () => {
    const { worker, events, start, end } = setUp();
    const partition = start([1, 2, 3, 4, 5, 6, 7, 8]);
    await pass(0);
    partition.isDraining = true;
    worker.abandonWaiting(partition);
    await pass(0);
    expect([...events].sort()).toEqual(
      ['4', '5', '6', '7', '8'].map((n) => `${n} parked`).concat('run 1,2,3'),
    );
    await end();
    partition.isDraining = false;
    start([4, 5, 6, 7, 8], partition);
    await pass(0);
    expect(events.at(-1)).toBe('run 4,5,6');
    await end();
    await pass(50);
    expect(events.at(-1)).toBe('run 7,8');
  });

  it('are its own for a record that has to run alone, which waits for no others', async () => {
    const { worker, events, start, end } = setUp({ alone: 1 });
    start([1]);
    await pass(0);
    expect(events).toEqual(['run 1']);
    expect(worker.window.running).toBe(1);
    await end();
    expect(events.at(-1)).toBe('1 done');
    expect(worker.window.running).toBe(0);
  });

  it('have no deadline running while records are gathered', async () => {
    const { worker, start } = setUp();
    start([1]);
    await pass(20);
    expect(worker.oldest!.spentMs(performance.now())).toBeUndefined();
  });
});
