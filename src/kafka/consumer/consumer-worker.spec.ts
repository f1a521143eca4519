import { jest } from '@jest/globals';
import {
  DeliveryAbandoned,
  DONE,
  HandlerTimeoutError,
  HeadBlockedError,
  type KafkaRecord,
  type Outcome,
} from '../../record/index.js';
import { recordPartition } from '../../../test/support/partitions.js';
import { ConsumerWorker } from './consumer-worker.js';
import type { HeadBlockedPolicy } from './deadlines/index.js';
import type { TopicPlan } from './group-plan.js';
import type { RecordDelivery } from './record-delivery.js';
import { TrackedRecord } from './tracked-record.js';

type Handler = (delivery: RecordDelivery) => Promise<Outcome>;

class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));
}

const handler = {} as TopicPlan['handler'];

interface Parts {
  readonly headBlocked?: HeadBlockedPolicy;
  /** Stands around the attempt, as the policies do. */
  readonly around?: (attempt: () => Promise<Outcome>, delivery: RecordDelivery) => Promise<Outcome>;
}

function setUp(
  handle: Handler,
  { headBlocked = 'wait', around = (attempt) => attempt() }: Parts = {},
) {
  const events: string[] = [];
  const place = ({ record }: RecordDelivery) => `${record.offset}`;
  const plan: TopicPlan = {
    handler,
    ordering: 'key',
    concurrency: 2,
    partitionWindow: 100,
    deadline: { timeoutMs: 10_000, graceMs: 5_000, headBlocked },
    process: (delivery) => around(() => delivery.attend(() => handle(delivery)), delivery),
  };
  const worker = new ConsumerWorker([plan], () => plan, {
    mayStart: () => true,
    mayMoreCome: () => true,
    settled: (delivery, { kind }) => events.push(`${place(delivery)} ${kind}`),
    broken: (delivery, error) => events.push(`${place(delivery)} broken by ${String(error)}`),
    overdue: (delivery) => events.push(`${place(delivery)} overdue`),
    cameLate: (delivery) => events.push(`${place(delivery)} came late`),
    parked: ({ record }) => events.push(`${record.offset} parked`),
  });
  return { events, worker };
}

function start(
  worker: ConsumerWorker,
  offset: number,
  partition: TrackedRecord['partition'] = recordPartition(),
  laneKey: string | null = 'key',
): TrackedRecord {
  const record: KafkaRecord = {
    topic: 't',
    partition: 0,
    offset,
    timestamp: 0,
    key: null,
    value: null,
    headers: [],
  };
  const tracked = new TrackedRecord(record, partition, offset, laneKey);
  worker.window.enqueue(tracked);
  worker.window.pump();
  return tracked;
}

/** Lets `milliseconds` pass, and everything happen that becomes due. */
async function pass(milliseconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(milliseconds);
}

describe('a handler past its deadline', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('sees its signal aborted with the reason, also when it looks for the first time', async () => {
    const gate = new Gate();
    const signals: AbortSignal[] = [];
    const { worker } = setUp(async (delivery) => {
      signals.push(delivery.signal);
      await gate.opened;
      return DONE;
    });
    start(worker, 1);
    await pass(9_000);
    expect(signals[0]!.aborted).toBe(false);
    await pass(2_000);
    expect(signals[0]!.reason).toBeInstanceOf(HandlerTimeoutError);
    expect(worker.oldest!.signal.aborted).toBe(true);
    gate.open();
  });

  it('is done when it resolves all the same', async () => {
    const gate = new Gate();
    const { events, worker } = setUp(() => gate.opened.then(() => DONE));
    start(worker, 1);
    await pass(3_600_000);
    gate.open();
    await pass(0);
    expect(events).toEqual(['1 overdue', '1 done']);
  });

  it('has failed by its deadline when it rejects, whatever it says', async () => {
    const gate = new Gate();
    const own = new TypeError('own words');
    const failures: unknown[] = [];
    const around: Parts['around'] = async (attempt) => {
      try {
        return await attempt();
      } catch (error) {
        failures.push(error);
        return DONE;
      }
    };
    const { worker } = setUp(() => gate.opened.then(() => Promise.reject(own)), { around });
    start(worker, 1);
    await pass(10_000);
    gate.open();
    await pass(0);
    expect(failures).toEqual([expect.any(HandlerTimeoutError)]);
    expect(failures[0]).toMatchObject({ cause: own, message: expect.stringMatching(/own words$/) });
  });

  it('keeps its own failure when it rejects in time', async () => {
    const own = new TypeError('own words');
    const { events, worker } = setUp(async () => {
      await new Promise((resolve) => setTimeout(resolve, 9_999));
      throw own;
    });
    start(worker, 1);
    await pass(10_000);
    expect(events).toEqual([`1 broken by ${String(own)}`]);
  });

  it('is told once, holds its slot and its key, and no retry overlaps it', async () => {
    const { events, worker } = setUp(() => new Promise(() => undefined));
    start(worker, 1);
    await pass(60_000);
    expect(events).toEqual(['1 overdue']);
    expect([worker.window.running, worker.oldest?.isOverdue]).toEqual([1, true]);
  });

  it('has a new signal and a new deadline at its next attempt', async () => {
    const aborted: boolean[] = [];
    const around: Parts['around'] = async (attempt) => {
      for (;;) {
        try {
          return await attempt();
        } catch {
          // Tried again at once.
        }
      }
    };
    const { events, worker } = setUp(
      async ({ signal }) => {
        aborted.push(signal.aborted);
        await new Promise((resolve) => setTimeout(resolve, 12_000));
        if (aborted.length < 3) throw new Error('again');
        return DONE;
      },
      { around },
    );
    start(worker, 1);
    await pass(40_000);
    expect(aborted).toEqual([false, false, false]);
    expect(events).toEqual(['1 done']);
  });

  it('is not past it by time spent suspended', async () => {
    const { events, worker } = setUp(async (delivery) => {
      await delivery.suspend(Date.now() + 600_000, { why: 'backoff' });
      return DONE;
    });
    start(worker, 1);
    await pass(300_000);
    expect([worker.window.running, worker.oldest?.wait]).toEqual([0, { why: 'backoff' }]);
    await pass(300_000);
    expect(events).toEqual(['1 done']);
  });
});

describe('a handler past its deadline and the grace, where its record is to be dead-lettered', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** What the failure policies do with it: published once `acknowledged`, and settled then. */
  const publishing =
    (acknowledged: Promise<void>): NonNullable<Parts['around']> =>
    (attempt) =>
      attempt().catch(async (error: unknown) => {
        if (!(error instanceof HeadBlockedError)) throw error;
        await acknowledged;
        return { kind: 'dead-lettered', topic: 'dlq', reason: 'head-blocked' };
      });

  it('is given up: the record is pending until its dead letter is acknowledged, then its slot is free', async () => {
    const acknowledged = new Gate();
    const { events, worker } = setUp(() => new Promise(() => undefined), {
      headBlocked: 'dead-letter',
      around: publishing(acknowledged.opened),
    });
    const { partition } = start(worker, 1);
    await pass(14_000);
    expect(events).toEqual([]);
    await pass(2_000);
    expect(events).toEqual(['1 overdue']);
    expect([worker.window.running, worker.oldest?.givenUp?.aborted]).toEqual([1, true]);
    acknowledged.open();
    await pass(0);
    expect(events).toEqual(['1 overdue', '1 dead-lettered']);
    expect([worker.window.running, partition.running]).toEqual([0, 0]);
  });

  it.each(['resolves', 'rejects'])(
    'is counted and otherwise ignored when it %s later',
    async (end) => {
      const gate = new Gate();
      const { events, worker } = setUp(
        () =>
          gate.opened.then(() => (end === 'resolves' ? DONE : Promise.reject(new Error('late')))),
        { headBlocked: 'dead-letter', around: publishing(Promise.resolve()) },
      );
      start(worker, 1);
      await pass(16_000);
      gate.open();
      await pass(0);
      expect(events).toEqual(['1 overdue', '1 dead-lettered', '1 came late']);
      expect(worker.window.running).toBe(0);
    },
  );

  it('cannot give back by a late suspension what is not its own any more', async () => {
    let late: RecordDelivery;
    const { worker } = setUp(
      (delivery) => {
        late = delivery;
        return new Promise(() => undefined);
      },
      { headBlocked: 'dead-letter', around: publishing(Promise.resolve()) },
    );
    start(worker, 1);
    await pass(16_000);
    await expect(late!.suspend(Date.now(), { why: 'backoff' })).rejects.toThrow(DeliveryAbandoned);
    expect(worker.window.running).toBe(0);
  });

  it('is let go without a dead letter when its partition is no longer ours', async () => {
    const { events, worker } = setUp(() => new Promise(() => undefined), {
      headBlocked: 'dead-letter',
      around: publishing(Promise.resolve()),
    });
    const partition = recordPartition();
    start(worker, 1, partition);
    partition.isOwned = false;
    worker.abort(partition);
    await pass(16_000);
    expect(events).toEqual(['1 overdue', '1 parked']);
    expect(worker.window.running).toBe(0);
  });
});

describe('a handler that outlives its partition', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function lose(worker: ConsumerWorker): {
    gates: Gate[];
    back: ReturnType<typeof recordPartition>;
  } {
    const old = recordPartition();
    start(worker, 1, old);
    old.isOwned = false;
    worker.abort(old);
    return { gates: [], back: recordPartition() };
  }

  it('keeps its key from starting again here until it has ended', async () => {
    const gate = new Gate();
    const started: number[] = [];
    const { events, worker } = setUp(async ({ record, tracked }) => {
      started.push(tracked.partition.epoch * 100 + record.offset);
      if (started.length === 1) await gate.opened;
      return DONE;
    });
    const { back } = lose(worker);
    start(worker, 1, back);
    start(worker, 2, back, 'another key');
    await pass(0);
    expect([started.length, events]).toEqual([2, ['2 done']]);
    gate.open();
    await pass(0);
    expect([started.length, events]).toEqual([3, ['2 done', '1 parked', '1 done']]);
    expect(worker.window.running).toBe(0);
  });

  it('keeps it no longer than its deadline', async () => {
    let started = 0;
    const { events, worker } = setUp(() => {
      started += 1;
      return started === 1 ? new Promise(() => undefined) : Promise.resolve(DONE);
    });
    const { back } = lose(worker);
    start(worker, 1, back);
    await pass(9_000);
    expect(events).toEqual([]);
    await pass(2_000);
    expect(events).toEqual(['1 done']);
  });
});
