import { nextAttempt } from './attempt-plan.policy.js';

const limits = { maxRetries: 3, initialMs: 1_000, multiplier: 2, maxMs: 30_000 };
const GIVEN_UP = { kind: 'give-up', notBeforeMs: 0 };

describe('the attempts at an event', () => {
  it('are four, the later ones after 1, 2 and 4 s', () => {
    const delays = [1, 2, 3, 4].map((attempt) => nextAttempt({ attempt }, limits));
    expect(delays).toEqual([
      { kind: 'retry', delayMs: 1_000 },
      { kind: 'retry', delayMs: 2_000 },
      { kind: 'retry', delayMs: 4_000 },
      GIVEN_UP,
    ]);
  });

  it('wait as long as the API asks, and no shorter than planned', () => {
    expect(nextAttempt({ attempt: 1, askedMs: 7_000 }, limits)).toEqual({
      kind: 'retry',
      delayMs: 7_000,
    });
    expect(nextAttempt({ attempt: 3, askedMs: 10 }, limits)).toEqual({
      kind: 'retry',
      delayMs: 4_000,
    });
  });

  it('are given up for now where the API asks for more than half a minute, and a quarter of an hour is the most', () => {
    expect(nextAttempt({ attempt: 1, askedMs: 60_000 }, limits)).toEqual({
      kind: 'give-up',
      notBeforeMs: 60_000,
    });
    expect(nextAttempt({ attempt: 1, askedMs: 86_400_000 }, limits)).toEqual({
      kind: 'give-up',
      notBeforeMs: 900_000,
    });
  });

  it('never wait longer than the longest backoff of their own', () => {
    const many = { ...limits, maxRetries: 50 };
    expect(nextAttempt({ attempt: 40 }, many)).toEqual({ kind: 'retry', delayMs: 30_000 });
    expect(nextAttempt({ attempt: 1 }, { ...limits, maxRetries: 0 })).toEqual(GIVEN_UP);
  });
});
