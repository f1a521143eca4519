import { RestartBackoff } from './restart-backoff.js';

const longest = () => 1;
const shortest = () => 0;

describe('the wait before a restart', () => {
  it('doubles from 1 s up to 15 s', () => {
    const backoff = new RestartBackoff(longest);
    const waits = Array.from({ length: 6 }, () => backoff.next(100));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  });

  it('is at random at least half of that', () => {
    const backoff = new RestartBackoff(shortest);
    const waits = Array.from({ length: 6 }, () => backoff.next(100));
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 7_500, 7_500]);
  });

  it('begins anew after a healthy minute, and not before', () => {
    const backoff = new RestartBackoff(longest);
    for (let failure = 0; failure < 50; failure += 1) backoff.next(100);
    expect(backoff.next(59_999)).toBe(15_000);
    expect(backoff.next(60_000)).toBe(1_000);
    expect(backoff.next(0)).toBe(2_000);
  });
});
