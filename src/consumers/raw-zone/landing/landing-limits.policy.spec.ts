import { landingLimits } from './landing-limits.policy.js';

describe('what is gathered before it is landed', () => {
  it('is half of what fetching gives a partition and the group before it stands still', () => {
    const limits = { records: 40_000, bytes: 64_000_000, consumers: 1, partitionWindow: 10_000 };
    expect(landingLimits(limits)).toEqual({
      total: { records: 20_000, bytes: 32_000_000 },
      partition: { span: 5_000, records: 5_000, bytes: 8_000_000 },
    });
    expect(landingLimits({ ...limits, consumers: 8 })).toEqual({
      total: { records: 2_500, bytes: 4_000_000 },
      partition: { span: 5_000, records: 625, bytes: 1_000_000 },
    });
  });

  it('is at least one record, however little there is', () => {
    const least = landingLimits({ records: 1, bytes: 1, consumers: 9, partitionWindow: 1 });
    expect(least.partition).toEqual({ span: 1, records: 1, bytes: 1 });
  });
});
