import { tooSmallFor } from './flush-size.policy.js';

const limits = { window: 10_000, records: 10_000, bytes: 16 * 1024 ** 2 };

describe('tooSmallFor', () => {
  it('finds nothing in the way of the defaults', () => {
    expect(tooSmallFor({ maxRecords: 500, maxBytes: 1024 ** 2 }, limits)).toBeUndefined();
  });

  it('lets a flush be as large as the limits, and no larger', () => {
    const size = { maxRecords: 10_000, maxBytes: 0 };
    expect(tooSmallFor(size, limits)).toBeUndefined();
    expect(tooSmallFor({ ...size, maxRecords: 10_001 }, limits)?.limit).toBe('window');
  });

  it('names the limit that is in the way and what it would have to be', () => {
    const size = { maxRecords: 1_000, maxBytes: 1_000_000 };
    expect(tooSmallFor(size, { ...limits, window: 999 })).toEqual({
      limit: 'window',
      needed: 1_000,
    });
    expect(tooSmallFor(size, { ...limits, records: 999 })).toEqual({
      limit: 'records',
      needed: 1_000,
    });
    expect(tooSmallFor(size, { ...limits, bytes: 2_199_999 })).toEqual({
      limit: 'bytes',
      needed: 2_200_000,
    });
  });
});
