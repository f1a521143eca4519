import { jest } from '@jest/globals';
import { DONE, type Outcome } from '../../../record/index.js';
import { ConsumerWorker } from '../consumer-worker.js';
import type { TopicPlan } from '../group-plan.js';
import type { RecordDelivery } from '../record-delivery.js';
import { TrackedRecord } from '../tracked-record.js';
import type { CrashVerdict } from './crash-ledger.js';
import { ProcessKillerError } from './crashes.errors.js';
import type { JournaledRecord } from './journal-line.js';
import { LoneTurns } from './lone-turns.js';
import { RecordFlights } from './record-flights.js';
import { recordPartition } from '../../../../test/support/partitions.js';

/** A process with as many consumers as there are names; records are told apart by their offsets. */
function setUp(names: readonly string[], verdicts: Readonly<Record<number, CrashVerdict>>) {
  const events: string[] = [];
  const releases = new Map<number, (outcome: Outcome) => void>();
  const rights = { mayStart: true };
  const journal = {
    verdictOn: ({ offset }: JournaledRecord) => verdicts[offset] ?? 'ordinary',
    started: ({ offset }: JournaledRecord) => (events.push(`+${offset}`), offset),
    flightEnded: (flight: number) => void events.push(`-${flight}`),
    settled: ({ offset }: JournaledRecord) => void events.push(`.${offset}`),
  };
  const turns = new LoneTurns<TrackedRecord>();
  const handle = (delivery: RecordDelivery): Promise<Outcome> => {
    const { offset } = delivery.record;
    if (delivery.refusal === undefined) {
      events.push(`handle ${offset}`);
      return delivery.attend(() => new Promise((resolve) => releases.set(offset, resolve)));
    }
    expect(delivery.refusal.error).toBeInstanceOf(ProcessKillerError);
    events.push(`refuse ${offset}`);
    return Promise.resolve({ kind: 'dead-lettered', topic: 'dlq', reason: 'rejected' });
  };
  const plan = {
    handler: {},
    ordering: 'key',
    concurrency: 10,
    partitionWindow: 100,
    deadline: { timeoutMs: 10_000, graceMs: 5_000, headBlocked: 'wait' },
    process: handle,
  } as unknown as TopicPlan;
  const workers = names.map((name) => {
    const nothing = (): void => undefined;
    return new ConsumerWorker([plan], () => plan, {
      flights: new RecordFlights(name, journal, turns),
      mayMoreCome: () => true,
      mayStart: () => rights.mayStart,
      settled: nothing,
      broken: (_delivery, error) => void events.push(`broken by ${String(error)}`),
      overdue: nothing,
      cameLate: nothing,
      parked: ({ record }) => void events.push(`parked ${record.offset}`),
    });
  });
  const finish = (offset: number): void => releases.get(offset)!(DONE);
  return { events, rights, workers, finish };
}

function start(
  worker: ConsumerWorker,
  offset: number,
  partition = recordPartition(),
): TrackedRecord {
  const record = { topic: 't', partition: 0, offset, timestamp: 0, key: null, value: null };
  const tracked = new TrackedRecord({ ...record, headers: [] }, partition, offset, null);
  worker.enqueue(tracked);
  worker.window.pump();
  return tracked;
}

const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);

describe('with a crash journal', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('a start is written before the handler runs, and an end when it has settled', async () => {
    const { events, workers, finish } = setUp(['a'], {});
    start(workers[0]!, 1);
    expect(events).toEqual(['+1', 'handle 1']);
    finish(1);
    await pass(0);
    expect(events.slice(2)).toEqual(['.1', '-1']);
  });

  it('a suspect runs while no record of any consumer does, and the others go on after it', async () => {
    const { events, workers, finish } = setUp(['a', 'b'], { 2: 'alone' });
    start(workers[0]!, 1);
    start(workers[1]!, 2);
    start(workers[0]!, 3);
    await pass(0);
    expect(events).toEqual(['+1', 'handle 1']);
    finish(1);
    await pass(0);
    expect(events.slice(4)).toEqual(['+2', 'handle 2']);
    finish(2);
    await pass(0);
    expect(events.slice(6)).toEqual(['.2', '-2', '+3', 'handle 3']);
  });

  it('suspects run one at a time', async () => {
    const { events, workers, finish } = setUp(['a'], { 1: 'alone', 2: 'alone' });
    start(workers[0]!, 1);
    start(workers[0]!, 2);
    await pass(0);
    expect(events).toEqual(['+1', 'handle 1']);
    finish(1);
    await pass(0);
    expect(events.slice(4)).toEqual(['+2', 'handle 2']);
  });

  it('a suspect that waits for its next attempt lets others run, and is alone again at that attempt', async () => {
    const { events, workers } = setUp(['a'], { 1: 'alone' });
    start(workers[0]!, 1);
    await pass(0);
    const waiting = workers[0]!.oldest!.suspend(Date.now() + 1_000, { why: 'backoff' });
    start(workers[0]!, 2);
    expect(events).toEqual(['+1', 'handle 1', '-1', '+2', 'handle 2']);
    let resumed = false;
    void waiting.then(() => (resumed = true));
    await pass(2_000);
    expect(resumed).toBe(false);
    expect(workers[0]!.window.running).toBe(1);
  });

  it('one that hangs past its deadline keeps nobody waiting any more', async () => {
    const { events, workers } = setUp(['a'], { 1: 'alone' });
    start(workers[0]!, 1);
    start(workers[0]!, 2);
    await pass(9_000);
    expect(events).toEqual(['+1', 'handle 1']);
    await pass(3_000);
    expect(events.slice(2)).toEqual(['-1', '+2', 'handle 2']);
  });

  it('a record that was alone at too many crashes is refused without a flight', async () => {
    const { events, workers } = setUp(['a'], { 1: 'rejected' });
    start(workers[0]!, 1);
    await pass(0);
    expect(events).toEqual(['refuse 1', '.1']);
    expect(workers[0]!.window.running).toBe(0);
  });

  it('a suspect whose consumer may not start holds nobody up, and runs alone later', async () => {
    const { events, rights, workers, finish } = setUp(['a'], { 1: 'alone' });
    rights.mayStart = false;
    start(workers[0]!, 1);
    await pass(0);
    expect(events).toEqual([]);
    rights.mayStart = true;
    start(workers[0]!, 2);
    await pass(0);
    finish(2);
    await pass(0);
    expect(events.filter((event) => event.startsWith('handle'))).toEqual(['handle 2', 'handle 1']);
  });

  it('a suspect whose partition is lost while it waits lets the others go on', async () => {
    const { events, workers, finish } = setUp(['a'], { 2: 'alone' });
    const partition = recordPartition();
    start(workers[0]!, 1);
    start(workers[0]!, 2, partition);
    start(workers[0]!, 3);
    partition.isOwned = false;
    finish(1);
    await pass(0);
    expect(events.slice(2)).toEqual(['.1', '-1', 'parked 2', '+3', 'handle 3']);
  });
});
