import fc from 'fast-check';
import type { ObjectStore } from '../../../connections/object-storage/index.js';
import { StoreGate, type CallFate } from '../../../../test/support/gated-object-store.js';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.js';
import { chainFolder, fileNameOf, parseFileName, type ObjectKind } from '../domain/index.js';
import { encodeLine } from '../translation/index.js';
import { DayChain } from './day-chain.js';
import { pack, unpack, type Line } from './zone-object.js';

const log = { topic: 't', partition: 0 };
const day = '2026-01-31';
const place = { ...log, day };

const line = (offset: number, text = `value ${offset}`): Line => ({
  offset,
  bytes: encodeLine({
    ...log,
    offset,
    timestamp: 0,
    key: null,
    value: Buffer.from(text),
    headers: [],
  }),
});
const lines = (first: number, last: number): Line[] =>
  Array.from({ length: last - first + 1 }, (_, index) => line(first + index));

/** What stands in the zone: of each object its day, kind and offsets. */
async function landed(store: MemoryObjectStore) {
  const objects = [...store.objects].map(async ([name, packed]) => {
    const [, folder, , fileName] = name.split('/');
    const { kind, first } = parseFileName(log, fileName!)!;
    const content = await unpack(packed);
    return { day: folder!.slice(3), kind, first, ...content };
  });
  return Promise.all(objects);
}

async function offsetsOf(store: MemoryObjectStore, kind: ObjectKind = 'chain') {
  const objects = (await landed(store)).filter((object) => object.kind === kind);
  return objects.map(({ lines: found }) => [...found.keys()]);
}

describe('the chain of a day', () => {
  let store: MemoryObjectStore;
  let chain: DayChain;

  beforeEach(() => {
    store = new MemoryObjectStore();
    chain = new DayChain(place, store);
  });

  it('names an object after its first record', async () => {
    await chain.land(lines(10, 12));
    const fileName = fileNameOf(log, { kind: 'chain', first: 10 });
    expect([...store.objects.keys()]).toEqual([`${chainFolder(place)}/${fileName}`]);
  });

  it('skips what stands in an object already and goes on behind it', async () => {
    await chain.land(lines(10, 19));
    await new DayChain(place, store).land(lines(15, 25));
    expect(await offsetsOf(store)).toEqual([lines(10, 19), lines(20, 25)].map(offsets));
  });

  it('reads back the object of another writer that had the same name first', async () => {
    const zombie = new DayChain(place, store);
    await zombie.land(lines(0, 9));
    await chain.land(lines(0, 14));
    await zombie.land(lines(10, 30));
    await chain.land(lines(15, 40));
    expect(await offsetsOf(store)).toEqual(
      [lines(0, 9), lines(10, 14), lines(15, 30), lines(31, 40)].map(offsets),
    );
  });

  it('fills a gap between two objects without reaching into the second', async () => {
    await chain.land(lines(0, 9));
    await chain.land(lines(20, 29));
    await new DayChain(place, store).land(lines(0, 29));
    expect((await offsetsOf(store)).flat().sort((left, right) => left - right)).toEqual(
      offsets(lines(0, 29)),
    );
    expect(store.objects.size).toBe(3);
  });

  it('gives a record that its object was landed without an object of its own, once', async () => {
    await chain.land(lines(0, 9).filter(({ offset }) => offset !== 5));
    await chain.landSingle(line(5));
    await new DayChain(place, store).landSingle(line(5));
    await new DayChain(place, store).land(lines(0, 12));
    expect(await offsetsOf(store, 'single')).toEqual([[5]]);
    expect(await offsetsOf(store)).toEqual([
      [0, 1, 2, 3, 4, 6, 7, 8, 9],
      [10, 11, 12],
    ]);
  });

  it('lands no record by itself that stands in the chain', async () => {
    await chain.land(lines(0, 9));
    await new DayChain(place, store).landSingle(line(5));
    expect(store.objects.size).toBe(1);
  });

  it('skips what another writer landed meanwhile, also where that one read more of the log', async () => {
    await chain.land(lines(0, 4));
    await new DayChain(place, store).land(lines(5, 9));
    // Offset 5 was compacted away before this one read on.
    await chain.land(lines(6, 12));
    expect(await offsetsOf(store)).toEqual([lines(0, 4), lines(5, 9), lines(10, 12)].map(offsets));
  });

  it('refuses to take another log for its own', async () => {
    await chain.land(lines(0, 9));
    const another = [line(0, 'of a topic made again')];
    await expect(new DayChain(place, store).land(another)).rejects.toMatchObject({
      dependency: 'raw-zone',
      message: expect.stringContaining('t-0 is not the log that stands in the raw zone'),
    });
    expect(store.objects.size).toBe(1);
  });

  it('neither skips nor repeats behind an object that cannot be read', async () => {
    const name = `${chainFolder(place)}/${fileNameOf(log, { kind: 'chain', first: 0 })}`;
    await store.create(name, (await pack(lines(0, 9))).subarray(0, -12));
    await expect(chain.land(lines(0, 19))).rejects.toMatchObject({
      dependency: 'raw-zone',
      message: expect.stringContaining(name),
    });
    expect(store.objects.size).toBe(1);
  });

  it('judges an object by its records and not by its name', async () => {
    const moved = `${chainFolder(place)}/${fileNameOf(log, { kind: 'chain', first: 0 })}`;
    await store.create(moved, await pack(lines(3, 9)));
    await chain.land(lines(3, 12));
    expect(await offsetsOf(store)).toEqual([lines(3, 9), lines(10, 12)].map(offsets));
  });
});

function offsets(of: readonly Line[]): number[] {
  return of.map(({ offset }) => offset);
}

interface Entry extends Line {
  readonly day: string;
  /** Fails whatever the first readers require of a record. */
  readonly isBad: boolean;
}

const history = fc
  .array(fc.record({ step: fc.integer({ min: 1, max: 3 }), day: fc.nat(2), isBad: fc.boolean() }), {
    minLength: 1,
    maxLength: 24,
  })
  .map((steps) => {
    let offset = -1;
    return steps.map(({ step, day: number, isBad }): Entry => {
      offset += step;
      return { ...line(offset), day: `2026-01-0${number + 1}`, isBad };
    });
  });

/** A stream of numbers that decide: which writer goes on, how much it reads, which days it flushes, where it dies. */
class Choices {
  private position = 0;

  constructor(private readonly numbers: readonly number[]) {}

  below(limit: number): number {
    return (this.numbers[this.position++ % this.numbers.length]! * 7919) % limit;
  }

  get fate(): CallFate {
    const number = this.below(20);
    return number === 0 ? 'dies before' : number === 1 ? 'dies behind' : 'answered';
  }
}

/** What the writers share beside the store: how far the group has committed. */
interface Group {
  committed: number;
  readonly log: readonly Entry[];
  readonly choices: Choices;
}

/** A consumer: reads from the commit on, keeps several days open, lands some of them now and then, and commits. */
async function consume(group: Group, store: ObjectStore, wanted: (entry: Entry) => boolean) {
  const { log: entries, choices } = group;
  const chains = new Map<string, DayChain>();
  let position = group.committed;
  let pending: Entry[] = [];
  const landDays = async (days: readonly string[]): Promise<void> => {
    for (const one of days) {
      const chain = chains.get(one) ?? new DayChain({ ...log, day: one }, store);
      chains.set(one, chain);
      await chain.land(pending.filter((entry) => entry.day === one));
      pending = pending.filter((entry) => entry.day !== one);
    }
    group.committed = Math.max(group.committed, pending[0]?.offset ?? position);
  };
  for (;;) {
    const read = entries.filter(({ offset }) => offset >= position).slice(0, 1 + choices.below(6));
    if (read.length === 0) break;
    position = read.at(-1)!.offset + 1;
    pending = [...pending, ...read.filter(wanted)];
    const days = [...new Set(pending.map((entry) => entry.day))];
    await landDays(days.filter(() => choices.below(3) > 0));
  }
  await landDays([...new Set(pending.map((entry) => entry.day))]);
}

async function expectEachOnce(store: MemoryObjectStore, entries: readonly Entry[]): Promise<void> {
  const objects = await landed(store);
  const found = objects.flatMap(({ day: one, lines: held }) =>
    [...held].map(([offset, bytes]) => ({ offset, day: one, bytes: bytes.toString() })),
  );
  const expected = entries.map(({ offset, day: one, bytes }) => {
    return { offset, day: one, bytes: bytes.toString() };
  });
  const inOrder = (left: { offset: number }, right: { offset: number }) =>
    left.offset - right.offset;
  expect(found.sort(inOrder)).toEqual(expected);
  for (const { first, offsets: held, count, lines: kept } of objects) {
    expect(held.first).toBe(first);
    expect(kept.size).toBe(count);
  }
}

const numbers = fc.array(fc.nat(9_999), { minLength: 40, maxLength: 120 });
const isGood = ({ isBad }: Entry): boolean => !isBad;

describe('every record of a log', () => {
  const conducted = async (
    { choices }: Group,
    store: MemoryObjectStore,
    writers: readonly ((store: ObjectStore) => Promise<void>)[],
  ): Promise<void> => {
    const gate = new StoreGate();
    const ended = writers.map((writer) => gate.run(store, writer));
    const conducting = gate.conduct((waiting) => {
      return { index: choices.below(waiting), fate: choices.fate };
    });
    await Promise.all([conducting, ...ended]);
  };

  const withGroup = (check: (group: Group, store: MemoryObjectStore) => Promise<void>) =>
    fc.assert(
      fc.asyncProperty(history, numbers, (entries, chosen) => {
        const group = { committed: 0, log: entries, choices: new Choices(chosen) };
        return check(group, new MemoryObjectStore());
      }),
      { numRuns: 150 },
    );

  it('stands in exactly one object, over deaths, restarts, several days and writers at once', () =>
    withGroup(async (group, store) => {
      const consumer = (gated: ObjectStore): Promise<void> => consume(group, gated, () => true);
      for (let round = 0; round < 4; round += 1)
        await conducted(group, store, [consumer, consumer, consumer]);
      await consume(group, store, () => true);
      await expectEachOnce(store, group.log);
    }));

  it('stands in one also when it was refused first, and redriven or read again later', () =>
    withGroup(async (group, store) => {
      const consumer = (gated: ObjectStore): Promise<void> => consume(group, gated, isGood);
      await conducted(group, store, [consumer, consumer]);
      await consume(group, store, isGood);
      await expectEachOnce(store, group.log.filter(isGood));
      const redrive = async (gated: ObjectStore): Promise<void> => {
        for (const entry of group.log.filter(({ isBad }) => isBad)) {
          if (group.choices.below(2) === 0) continue;
          await new DayChain({ ...log, day: entry.day }, gated).landSingle(entry);
        }
      };
      await conducted(group, store, [redrive, redrive]);
      group.committed = 0;
      await consume(group, store, () => true);
      await expectEachOnce(store, group.log);
    }));
});
