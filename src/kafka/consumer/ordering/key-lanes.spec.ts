import fc from 'fast-check';
import { KeyLanes, type LaneEntry } from './key-lanes.js';
import { laneKeyOf } from './lane-key.js';

class Entry implements LaneEntry<Entry> {
  nextInLane: Entry | undefined;
  isLive = true;
  constructor(
    readonly laneKey: string | null,
    readonly number: number,
    readonly level = 0,
  ) {}
}

describe('KeyLanes', () => {
  it('lets entries of different keys run at once', () => {
    const lanes = new KeyLanes<Entry>();
    expect(lanes.enqueue(new Entry('a', 0))).toBe(true);
    expect(lanes.enqueue(new Entry('b', 1))).toBe(true);
  });

  it('holds an entry until the one before it of the same key has ended', () => {
    const lanes = new KeyLanes<Entry>();
    const [first, second] = [new Entry('a', 0), new Entry('a', 1)];
    lanes.enqueue(first);
    expect(lanes.enqueue(second)).toBe(false);
    expect(lanes.release(first)).toBe(second);
    expect(lanes.release(second)).toBeUndefined();
    expect(lanes.size).toBe(0);
  });

  it('never holds an entry without a key', () => {
    const lanes = new KeyLanes<Entry>();
    expect(lanes.enqueue(new Entry(null, 0))).toBe(true);
    expect(lanes.enqueue(new Entry(null, 1))).toBe(true);
    expect(lanes.size).toBe(0);
  });

  it('lets those of higher levels go first, the highest before the others, each level in its order', () => {
    const lanes = new KeyLanes<Entry>();
    const levels = [0, 0, 1, 2, 1, 0];
    const entries = levels.map((level, number) => new Entry('a', number, level));
    expect(entries.map((entry) => lanes.enqueue(entry))).toEqual([true, ...Array(5).fill(false)]);
    const order: number[] = [];
    for (let next: Entry | undefined = entries[0]; next !== undefined; next = lanes.release(next))
      order.push(next.number);
    expect(order).toEqual([0, 3, 2, 4, 1, 5]);
    expect(lanes.size).toBe(0);
  });

  it('passes over entries of which nothing is to become', () => {
    const lanes = new KeyLanes<Entry>();
    const entries = [0, 0, 1, 0, 1].map((level, number) => new Entry('a', number, level));
    for (const entry of entries) lanes.enqueue(entry);
    for (const number of [1, 2]) entries[number]!.isLive = false;
    expect(lanes.release(entries[0]!)).toBe(entries[4]);
    expect(lanes.release(entries[4]!)).toBe(entries[3]);
    expect(lanes.release(entries[3]!)).toBeUndefined();
    expect(lanes.size).toBe(0);
  });

  it('runs every key in order, one at a time, whatever ends first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 200 }),
        fc.infiniteStream(fc.nat()),
        (keys, choices) => {
          const lanes = new KeyLanes<Entry>();
          const out: Entry[] = [];
          const ended = new Map<string, number[]>();
          const endOne = (): void => {
            const [entry] = out.splice(choices.next().value! % out.length, 1);
            ended.set(entry!.laneKey!, [...(ended.get(entry!.laneKey!) ?? []), entry!.number]);
            const next = lanes.release(entry!);
            if (next !== undefined) out.push(next);
          };
          keys.forEach((key, number) => {
            const entry = new Entry(key, number);
            if (lanes.enqueue(entry)) out.push(entry);
            expect(new Set(out.map(({ laneKey }) => laneKey)).size).toBe(out.length);
            if (out.length > 0 && choices.next().value! % 2 === 0) endOne();
          });
          while (out.length > 0) endOne();
          const total = [...ended.values()].flatMap((numbers) => {
            expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
            return numbers;
          });
          expect(total).toHaveLength(keys.length);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('laneKeyOf', () => {
  it('gives equal lanes exactly to equal keys', () => {
    const bytes = fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        expect(laneKeyOf('key', left) === laneKeyOf('key', right)).toBe(left.equals(right));
      }),
    );
  });

  it('orders a whole partition in one lane and nothing in none', () => {
    expect(laneKeyOf('partition', Buffer.from('a'))).toBe(laneKeyOf('partition', null));
    expect(laneKeyOf('none', Buffer.from('a'))).toBeNull();
    expect(laneKeyOf('key', null)).toBeNull();
  });

  it('tells the empty key from no key', () => {
    expect(laneKeyOf('key', Buffer.alloc(0))).not.toBeNull();
  });
});
