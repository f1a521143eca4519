import fc from 'fast-check';
import { BITMAP, RUN_LENGTHS } from './range-forms.js';

describe.each([
  ['run lengths', RUN_LENGTHS],
  ['a bitmap', BITMAP],
])('ranges as %s', (_name, form) => {
  it('are read from any bytes without a throw, as ascending safe offsets or not at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.maxSafeNat(), (bytes, base) => {
        const ranges = form.decode(base, bytes) ?? [];
        expect(ranges.length % 2).toBe(0);
        expect(ranges.every(Number.isSafeInteger)).toBe(true);
        expect(ranges.every((bound, index) => bound > (ranges[index - 1] ?? -1))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('are nothing when there are no bytes', () => {
    expect(form.decode(0, new Uint8Array())).toBeUndefined();
  });

  it('may begin at the base', () => {
    const ranges = [100, 400, 500, 501];
    expect(form.decode(100, form.encode(100, ranges, 1_000).bytes)).toEqual(ranges);
  });

  it('end where the room ends', () => {
    const { bytes, end } = form.encode(100, [101, 102, 103, 104, 100_000, 200_000], 4);
    expect(bytes.length).toBeLessThanOrEqual(4);
    expect(end).toBeLessThan(200_000);
  });
});

describe('run lengths', () => {
  it.each([
    ['a run of nothing', [1, 0]],
    ['an unsettled run at the end', [1, 1, 1]],
    ['a number that is cut off', [1, 0x81]],
    ['a number beyond every offset', [1, ...Array<number>(9).fill(0xff), 1]],
  ])('are nothing with %s', (_what, bytes) => {
    expect(RUN_LENGTHS.decode(0, Uint8Array.from(bytes))).toBeUndefined();
  });
});
