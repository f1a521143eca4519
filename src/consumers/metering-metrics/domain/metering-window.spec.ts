import fc from 'fast-check';
import { Instant } from '../../../values/index.js';
import { MeteringWindow } from './index.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string, microseconds = 0n): Instant =>
  Instant.of(BigInt(Date.parse(text)) * 1000n + microseconds)!;

describe('a window', () => {
  it.each([
    [HOUR_MS, '2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000000Z'],
    [HOUR_MS, '2026-01-31T12:59:59.999Z', '2026-01-31T12:00:00.000000Z'],
    [HOUR_MS, '2026-01-31T12:30:00+05:30', '2026-01-31T07:00:00.000000Z'],
    [DAY_MS, '2026-01-31T23:59:59Z', '2026-01-31T00:00:00.000000Z'],
    [HOUR_MS, '1969-12-31T23:59:59Z', '1969-12-31T23:00:00.000000Z'],
    [DAY_MS, '0001-01-01T05:00:00Z', '0001-01-01T00:00:00.000000Z'],
    [7 * DAY_MS, '0001-01-01T05:00:00Z', '0001-01-01T00:00:00.000000Z'],
  ])('of %d ms that holds %s begins at %s', (milliseconds, text, start) => {
    expect(new MeteringWindow(milliseconds).startOf(at(text)).toString()).toBe(start);
  });

  it('ends with the last microsecond before the next one', () => {
    const window = new MeteringWindow(HOUR_MS);
    expect(window.startOf(at('2026-01-31T12:59:59.999Z', 999n)).toString()).toMatch(/T12:00/);
    expect(window.startOf(at('2026-01-31T13:00:00Z')).toString()).toMatch(/T13:00/);
  });

  it('holds every instant, and is the same for all that it holds', () => {
    const times = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 17n });
    const lengths = fc.integer({ min: 1000, max: 24 * DAY_MS });
    fc.assert(
      fc.property(times, lengths, fc.nat(), (time, milliseconds, further) => {
        const window = new MeteringWindow(milliseconds);
        const length = BigInt(milliseconds) * 1000n;
        const start = window.startOf(Instant.of(time)!).epochMicroseconds;
        expect(start % length).toBe(0n);
        expect(time - start >= 0n && time - start < length).toBe(true);
        const other = Instant.of(start + (BigInt(further) % length))!;
        expect(window.startOf(other).epochMicroseconds).toBe(start);
      }),
    );
  });
});
