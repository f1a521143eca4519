import fc from 'fast-check';
import { Instant } from './instant.js';

describe('an instant', () => {
  it.each([
    [0n, '1970-01-01T00:00:00.000000Z'],
    [1n, '1970-01-01T00:00:00.000001Z'],
    [-1n, '1969-12-31T23:59:59.999999Z'],
    [1_769_860_800_123_456n, '2026-01-31T12:00:00.123456Z'],
    [Instant.EARLIEST, '0001-01-01T00:00:00.000000Z'],
    [Instant.LATEST, '9999-12-31T23:59:59.999999Z'],
  ])('prints %d microseconds as %s', (microseconds, text) => {
    expect(Instant.of(microseconds)!.toString()).toBe(text);
  });

  it('lies in the years 1 to 9999', () => {
    expect(Instant.of(Instant.EARLIEST - 1n)).toBeUndefined();
    expect(Instant.of(Instant.LATEST + 1n)).toBeUndefined();
  });

  it('prints in the order of time', () => {
    const instants = fc.bigInt({ min: Instant.EARLIEST, max: Instant.LATEST });
    fc.assert(
      fc.property(instants, instants, (left, right) => {
        const [one, other] = [Instant.of(left)!.toString(), Instant.of(right)!.toString()];
        expect(one < other).toBe(left < right);
      }),
    );
  });
});
