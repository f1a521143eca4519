import fc from 'fast-check';
import {
  decodeCompletedAhead,
  encodeCompletedAhead,
  METADATA_LIMIT,
  type AheadPlace,
} from './completed-ahead.js';
import { PartitionLedger } from './partition-ledger.js';
import { hasOffset } from './settled-ranges.js';

const partition = 'orders-3';
const placeOf = (base: number): AheadPlace => ({ partition, base });

interface History {
  readonly ledger: PartitionLedger;
  readonly settled: number[];
  readonly unsettled: number[];
}

/** A partition from `start` on: each record so far behind the one before, settled or not. The first is not. */
function historyOf(start: number, records: readonly (readonly [number, boolean])[]): History {
  const ledger = new PartitionLedger();
  const settled: number[] = [];
  const unsettled = [start];
  ledger.track(start);
  let offset = start;
  for (const [distance, isSettled] of records) {
    offset += distance;
    const sequence = ledger.track(offset);
    if (isSettled) ledger.settle(sequence);
    (isSettled ? settled : unsettled).push(offset);
  }
  return { ledger, settled, unsettled };
}

const starts = fc.oneof(fc.nat(1_000), fc.integer({ min: 2 ** 32, max: 2 ** 50 }));
const recordsWith = (longestGap: number, maxLength: number) =>
  fc.array(fc.tuple(fc.integer({ min: 1, max: longestGap }), fc.boolean()), {
    minLength: 1,
    maxLength,
    size: 'max',
  });

function told(start: number, { ledger }: History): { text: string; has: (at: number) => boolean } {
  const text = encodeCompletedAhead(placeOf(start), ledger.settledAhead());
  const ranges = text === '' ? [] : decodeCompletedAhead(placeOf(start), text)!;
  return { text, has: (offset) => hasOffset(ranges, offset) };
}

/** The size of a window of 10,000 records with that pattern, and how many of its settled records it tells. */
function windowOf(distance: number, isSettled: (index: number) => boolean) {
  const history = historyOf(
    5_000_000_000,
    Array.from({ length: 9_999 }, (_, index) => [distance, isSettled(index)] as const),
  );
  const { text, has } = told(5_000_000_000, history);
  return { size: text.length, told: history.settled.filter(has).length };
}

describe('completed-ahead metadata', () => {
  it('comes back as it was told, gaps in the offsets or not', () => {
    fc.assert(
      fc.property(starts, recordsWith(30, 400), (start, records) => {
        const history = historyOf(start, records);
        const { text, has } = told(start, history);
        expect(history.settled.filter((offset) => !has(offset))).toEqual([]);
        expect(history.unsettled.filter(has)).toEqual([]);
        expect(text === '').toBe(history.settled.length === 0);
      }),
    );
  });

  it('stays within 4,096 bytes: what does not fit is missing from the far end, and nothing unsettled is told', () => {
    fc.assert(
      fc.property(starts, recordsWith(5_000, 6_000), (start, records) => {
        const history = historyOf(start, records);
        const { text, has } = told(start, history);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(METADATA_LIMIT);
        expect(history.unsettled.filter(has)).toEqual([]);
        const firstMissing = history.settled.findIndex((offset) => !has(offset));
        const missing = firstMissing === -1 ? [] : history.settled.slice(firstMissing);
        expect(missing.filter(has)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('has room for any pattern of 10,000 records without gaps, every second one settled among them', () => {
    expect(windowOf(1, (index) => index % 2 === 0)).toEqual({ size: 1_690, told: 5_000 });
    expect(windowOf(1, (index) => index % 3 === 0)).toMatchObject({ told: 3_333 });
    expect(windowOf(1, () => true)).toEqual({ size: 30, told: 9_999 });
  });

  it('has room for every second of 10,000 records of a transaction each, which leaves a marker behind each', () => {
    expect(windowOf(2, (index) => index % 2 === 0)).toEqual({ size: 3_358, told: 5_000 });
  });

  it('tells the near part where every second record is settled and the offsets lie far apart', () => {
    const { size, told: count } = windowOf(1_000, (index) => index % 2 === 0);
    expect(size).toBeLessThanOrEqual(METADATA_LIMIT);
    expect(count).toBeGreaterThan(700);
    expect(count).toBeLessThan(5_000);
  });

  it('has room for 24,000 offsets in whatever pattern', () => {
    const distances = fc.array(fc.integer({ min: 1, max: 4 }), {
      minLength: 12_000,
      maxLength: 12_000,
    });
    fc.assert(
      fc.property(starts, distances, (start, steps) => {
        let offset = start;
        const ranges: number[] = [];
        for (const step of steps) {
          offset += step;
          if (offset < start + 24_000) ranges.push(offset);
        }
        const whole = ranges.slice(0, ranges.length - (ranges.length % 2));
        const text = encodeCompletedAhead(placeOf(start), whole);
        expect(decodeCompletedAhead(placeOf(start), text)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('is empty when nothing is settled ahead', () => {
    expect(encodeCompletedAhead(placeOf(7), [])).toBe('');
  });

  it.each([
    ['none', ''],
    ['null', null],
    ['undefined', undefined],
    ["another client's", 'NO_METADATA'],
    ["Kafka Streams'", 'AgAAAZGyM0Y='],
    ["a parallel consumer's", 'bDoAAAAAAAAAAQ=='],
    ['the magic alone', 'millrace1:'],
    ['too long a text', `millrace1:${'A'.repeat(METADATA_LIMIT)}`],
    ['text that is no base64', 'millrace1:%%%'],
  ])('is nothing when it is %s', (_what, text) => {
    expect(decodeCompletedAhead(placeOf(0), text)).toBeUndefined();
  });

  it('is nothing at another offset, in another partition or in another version', () => {
    const text = encodeCompletedAhead(placeOf(42), [43, 50]);
    expect(decodeCompletedAhead(placeOf(42), text)).toEqual([43, 50]);
    expect(decodeCompletedAhead(placeOf(41), text)).toBeUndefined();
    expect(decodeCompletedAhead({ partition: 'orders-4', base: 42 }, text)).toBeUndefined();
    const other = text.replace('millrace1:', 'millrace2:');
    expect(decodeCompletedAhead(placeOf(42), other)).toBeUndefined();
  });

  it('is nothing when it was cut or one of its characters was changed', () => {
    const text = encodeCompletedAhead(placeOf(42), [43, 50, 60, 61, 70, 900]);
    for (let length = 0; length < text.length; length += 1) {
      expect(decodeCompletedAhead(placeOf(42), text.slice(0, length))).toBeUndefined();
    }
    for (let index = 0; index < text.length; index += 1) {
      const other = text[index] === 'A' ? 'B' : 'A';
      const changed = text.slice(0, index) + other + text.slice(index + 1);
      expect(decodeCompletedAhead(placeOf(42), changed)).toBeUndefined();
    }
  });

  it('is read without a throw whatever it is', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String({ maxLength: 200 }).map((text) => `millrace1:${text}`),
    );
    fc.assert(
      fc.property(texts, fc.nat(), (text, base) => {
        expect(decodeCompletedAhead(placeOf(base), text)).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });
});
