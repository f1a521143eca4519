import fc from 'fast-check';
import { PartitionLedger } from './partition-ledger.js';

describe('PartitionLedger', () => {
  it('knows no offset to commit before anything was read', () => {
    expect(new PartitionLedger().nextOffset).toBeUndefined();
  });

  it('holds the watermark at a gap until the gap is settled', () => {
    const ledger = new PartitionLedger();
    const sequences = [10, 11, 12].map((offset) => ledger.track(offset));
    ledger.settle(sequences[1]!);
    ledger.settle(sequences[2]!);
    expect(ledger.nextOffset).toBe(10);
    expect(ledger.depth).toBe(3);
    expect(ledger.unsettled).toBe(1);
    ledger.settle(sequences[0]!);
    expect(ledger.nextOffset).toBe(13);
    expect(ledger.depth).toBe(0);
  });

  it('passes offsets that do not exist once all below them is settled', () => {
    const ledger = new PartitionLedger();
    const sequence = ledger.track(5);
    ledger.advanceEnd(9);
    expect(ledger.nextOffset).toBe(5);
    ledger.settle(sequence);
    expect(ledger.nextOffset).toBe(9);
  });

  it('refuses an offset below what it has tracked', () => {
    const ledger = new PartitionLedger();
    ledger.track(5);
    expect(() => ledger.track(5)).toThrow(RangeError);
  });

  it('ignores a second settlement of the same record', () => {
    const ledger = new PartitionLedger();
    const first = ledger.track(0);
    ledger.track(1);
    ledger.settle(first);
    ledger.settle(first);
    expect(ledger.unsettled).toBe(1);
    expect(ledger.nextOffset).toBe(1);
  });

  it('tells what is settled behind the lowest unsettled offset, and nothing unsettled', () => {
    const ledger = new PartitionLedger();
    const sequences = [10, 11, 12, 13, 14].map((offset) => ledger.track(offset));
    expect(ledger.settledAhead()).toEqual([]);
    for (const index of [1, 2, 4]) ledger.settle(sequences[index]!);
    expect(ledger.settledAhead()).toEqual([11, 13, 14, 15]);
    ledger.settle(sequences[0]!);
    expect(ledger.settledAhead()).toEqual([14, 15]);
  });

  it('counts offsets that do not exist as settled between two settled records, and nowhere else', () => {
    const ledger = new PartitionLedger();
    const sequences = [10, 20, 30, 40, 50].map((offset) => ledger.track(offset));
    ledger.advanceEnd(99);
    for (const index of [1, 2, 4]) ledger.settle(sequences[index]!);
    expect(ledger.settledAhead()).toEqual([20, 31, 50, 51]);
  });

  it('has another version whenever a record is settled ahead, and only then', () => {
    const ledger = new PartitionLedger();
    const [head, second, third] = [0, 1, 2].map((offset) => ledger.track(offset));
    ledger.trackSettled(3);
    ledger.settle(head!);
    const { aheadVersion } = ledger;
    ledger.settle(third!);
    expect(ledger.aheadVersion).not.toBe(aheadVersion);
    const changed = ledger.aheadVersion;
    ledger.settle(third!);
    ledger.settle(second!);
    expect(ledger.aheadVersion).toBe(changed);
    expect(ledger.nextOffset).toBe(4);
  });

  it('passes a record that was settled before, at once where nothing holds the watermark', () => {
    const ledger = new PartitionLedger();
    ledger.trackSettled(7);
    expect(ledger.nextOffset).toBe(8);
    expect(ledger.depth).toBe(0);
    ledger.track(8);
    ledger.trackSettled(9);
    expect([ledger.nextOffset, ledger.unsettled]).toEqual([8, 1]);
    expect(ledger.settledAhead()).toEqual([9, 10]);
  });

  it('always commits up to the lowest unsettled offset, for any order of settlement', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 700 }),
        fc.infiniteStream(fc.nat()),
        (gaps, choices) => {
          const ledger = new PartitionLedger();
          const pending = new Map<number, number>();
          let offset = 0;
          for (const gap of gaps) {
            offset += gap;
            pending.set(ledger.track(offset), offset);
            const choice = choices.next().value!;
            if (choice % 3 === 0) continue;
            const sequence = [...pending.keys()][choice % pending.size]!;
            ledger.settle(sequence);
            pending.delete(sequence);
            const lowest = pending.size > 0 ? Math.min(...pending.values()) : offset + 1;
            expect(ledger.nextOffset).toBe(lowest);
            expect(ledger.unsettled).toBe(pending.size);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells what would stand here if more were settled, and changes nothing by that', () => {
    const ranges = (settled: readonly number[]) =>
      fc.subarray([...settled], { minLength: 0, maxLength: settled.length });
    const indices = Array.from({ length: 40 }, (_, index) => index);
    fc.assert(
      fc.property(ranges(indices), ranges(indices), fc.nat(3), (settled, more, gap) => {
        const ledger = new PartitionLedger();
        const sequences = indices.map((index) => ledger.track(100 + index * (gap + 1)));
        for (const index of settled) ledger.settle(sequences[index]!);
        const before = { nextOffset: ledger.nextOffset, settledAhead: ledger.settledAhead() };
        const told = ledger.stateWith(new Set(more.map((index) => sequences[index]!)));
        expect({ nextOffset: ledger.nextOffset, settledAhead: ledger.settledAhead() }).toEqual(
          before,
        );
        for (const index of more) ledger.settle(sequences[index]!);
        expect(told).toEqual({
          nextOffset: ledger.nextOffset,
          settledAhead: ledger.settledAhead(),
        });
      }),
    );
  });
});
