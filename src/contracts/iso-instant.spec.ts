import fc from 'fast-check';
import { parseInstant } from './iso-instant.js';

describe('a time in the contract', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.5Z'],
    ['2026-01-31T12:00:00,5Z', '2026-01-31T12:00:00.5Z'],
    ['2026-01-31T12:00:00+01:00', '2026-01-31T11:00:00Z'],
    ['2026-01-31T12:00:00-0530', '2026-01-31T17:30:00Z'],
    ['2026-01-31T23:00:00-02', '2026-02-01T01:00:00Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['2026-01-31T00:00:00+14:00', '2026-01-30T10:00:00Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00Z'],
  ])('%s is %s', (text, utc) => {
    expect(parseInstant(text)).toBe(BigInt(Date.parse(utc)) * 1000n);
  });

  it('is kept to the microsecond and cut there', () => {
    const base = BigInt(Date.parse('2026-01-31T12:00:00Z')) * 1000n;
    expect(parseInstant('2026-01-31T12:00:00.000001Z')).toBe(base + 1n);
    expect(parseInstant('2026-01-31T12:00:00.999999999Z')).toBe(base + 999_999n);
    expect(parseInstant('1969-12-31T23:59:59.999999Z')).toBe(-1n);
  });

  it.each([
    ...['2026-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-13-01T00:00:00Z'],
    ...['2026-00-01T00:00:00Z', '2026-01-00T00:00:00Z', '2026-01-01T24:00:00Z'],
    ...['2026-01-01T00:60:00Z', '2026-01-01T00:00:60Z', '2026-01-01T00:00:00'],
    ...['2026-01-01', '2026-01-01 00:00:00Z', '20260101T000000Z', '2026-1-1T0:0:0Z'],
    ...['2026-01-01T00:00:00+15:00', '2026-01-01T00:00:00+01:60', '2026-01-01T00:00:00.Z'],
    ...['2026-01-01T00:00:00.1234567890Z', '+002026-01-01T00:00:00Z', '2026-01-01T00:00:00Z '],
    ...['', 'now', '1769860800', 1_769_860_800, null, undefined, new Date(), ['2026-01-01T00:00Z']],
  ])('is not %j', (value) => {
    expect(parseInstant(value)).toBeUndefined();
  });

  it('agrees with Date about every millisecond', () => {
    const dates = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseInstant(date.toISOString())).toBe(BigInt(date.getTime()) * 1000n);
      }),
    );
  });
});
