import { jest } from '@jest/globals';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.js';
import { DependencyUnavailableError } from '../../../record/index.js';
import { encodeLine } from '../translation/index.js';
import { LogReader, LogWitness } from './log-witness.js';
import type { DayLine } from './partition-buffer.js';
import { PartitionLanding } from './partition-landing.js';
import { unpack } from './zone-object.js';

const place = { topic: 't', partition: 0 };

class NoLog extends LogReader {
  async recordAt(): Promise<'behind the end'> {
    return 'behind the end';
  }
}

/** Refuses while it is down. */
class BreakableStore extends MemoryObjectStore {
  isDown = false;

  override async create(name: string, bytes: Uint8Array) {
    if (this.isDown) throw new DependencyUnavailableError('object-storage', 'down');
    return super.create(name, bytes);
  }

  async contents(): Promise<number[][]> {
    const found = [...this.objects.values()].map(async (packed) => [
      ...(await unpack(packed)).lines.keys(),
    ]);
    return Promise.all(found);
  }
}

function line(offset: number, day = '2026-01-31'): DayLine {
  const value = Buffer.from(`value ${offset}`);
  const bytes = encodeLine({ ...place, offset, timestamp: 0, key: null, value, headers: [] });
  return { offset, bytes, day, cost: bytes.length };
}

const ofAnotherLog = {
  ...place,
  offset: 0,
  timestamp: 0,
  key: null,
  value: Buffer.from('another'),
  headers: [],
};

describe('the landing of a partition', () => {
  let store: BreakableStore;
  let landing: PartitionLanding;

  beforeEach(() => {
    store = new BreakableStore();
    landing = new PartitionLanding({
      place,
      store,
      witness: new LogWitness(store, new NoLog()),
      rotation: { records: 4, bytes: 1_000_000, intervalMs: 30_000 },
      limits: { records: 100, bytes: 1_000_000, span: 1_000 },
    });
  });

  afterEach(() => jest.useRealTimers());

  it('resolves a record when its object is there, and not before', async () => {
    let resolved = 0;
    const all = [0, 1, 2, 3].map(async (offset) => {
      await landing.land(line(offset));
      resolved += 1;
    });
    expect([resolved, store.objects.size]).toEqual([0, 0]);
    await Promise.all(all);
    expect(await store.contents()).toEqual([[0, 1, 2, 3]]);
  });

  it('lands what is not full when its time has come', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const landed = landing.land(line(0));
    await jest.advanceTimersByTimeAsync(29_999);
    expect(store.objects.size).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    await landed;
    expect(await store.contents()).toEqual([[0]]);
  });

  it('lands everything when it is told to flush', async () => {
    const all = [line(0, '2026-01-30'), line(1), line(2, '2026-01-30')].map((one) =>
      landing.land(one),
    );
    await landing.flush();
    await Promise.all(all);
    expect(await store.contents()).toEqual([[0, 2], [1]]);
  });

  it('waits after a failed flush for all of its records, so that they stand in one object', async () => {
    store.isDown = true;
    const failed = [0, 1, 2, 3].map((offset) => landing.land(line(offset)));
    for (const one of failed) {
      await expect(one).rejects.toMatchObject({ dependency: 'object-storage' });
    }
    store.isDown = false;
    const again = [3, 1, 2].map((offset) => landing.land(line(offset)));
    const later = [4, 5, 6, 7].map((offset) => landing.land(line(offset)));
    await new Promise((resume) => setImmediate(resume));
    expect(store.objects.size).toBe(0);
    await Promise.all([...again, ...later, landing.land(line(0))]);
    expect(await store.contents()).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
  });

  it('goes on without those that do not come back', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    store.isDown = true;
    const failed = [0, 1, 2, 3].map((offset) => landing.land(line(offset)));
    await Promise.allSettled(failed);
    store.isDown = false;
    const back = landing.land(line(2));
    await jest.advanceTimersByTimeAsync(40_000);
    await landing.flush();
    await back;
    expect(await store.contents()).toEqual([[2]]);
  });

  it('gives back what waits for others when it is told to flush', async () => {
    store.isDown = true;
    await Promise.allSettled([0, 1, 2, 3].map((offset) => landing.land(line(offset))));
    store.isDown = false;
    const back = landing.land(line(2));
    const given = expect(back).rejects.toMatchObject({ dependency: 'object-storage' });
    await landing.flush();
    await given;
    expect(store.objects.size).toBe(0);
  });

  it('is done with a record that it has landed when that comes again', async () => {
    await Promise.all([0, 1, 2, 3].map((offset) => landing.land(line(offset))));
    await landing.land(line(2));
    expect(store.objects.size).toBe(1);
  });

  it('has each record wait, and lands none, where the zone holds another log', async () => {
    const name = 't/dt=2026-01-01/partition=0/t+0+00000000000000000500.ndjson.gz';
    await store.create(name, Buffer.from('whatever it holds'));
    const all = [0, 1, 2, 3].map((offset) => landing.land(line(offset)));
    for (const one of all) {
      await expect(one).rejects.toMatchObject({
        code: 'DEPENDENCY_UNAVAILABLE',
        dependency: 'raw-zone',
        message: expect.stringContaining(name),
      });
    }
    expect(store.objects.size).toBe(1);
  });

  it('begins when what an earlier assignment has read is landed', async () => {
    const earlier = landing.land(line(0));
    const after = landing.flush();
    const witness = new LogWitness(store, new NoLog());
    const rotation = { records: 1, bytes: 1_000, intervalMs: 30_000 };
    const limits = { records: 100, bytes: 1_000_000, span: 1_000 };
    const next = new PartitionLanding({ place, store, witness, rotation, limits, after });
    const another = { ...line(0, '2026-02-01'), bytes: encodeLine(ofAnotherLog) };
    const refused = expect(next.land(another)).rejects.toMatchObject({ dependency: 'raw-zone' });
    await earlier;
    await refused;
    expect(await store.contents()).toEqual([[0]]);
  });
});
