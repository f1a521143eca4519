import { decide, type Circumstances } from './decision.policy.js';

const circumstances: Circumstances = {
  retry: { maxRetries: 3, initialMs: 500, multiplier: 2, maxMs: 30_000 },
  failedAttempts: 1,
  failedAlike: 1,
  elapsedMs: 0,
  waits: 0,
  random: 0.5,
};

describe('decide', () => {
  it('retries a transient failure with growing waits and then gives up as exhausted', () => {
    const decisions = [1, 2, 3, 4].map((failed) =>
      decide(
        { kind: 'transient' },
        { ...circumstances, failedAttempts: failed, failedAlike: failed },
      ),
    );
    expect(decisions).toEqual([
      { kind: 'retry', delayMs: 500 },
      { kind: 'retry', delayMs: 1_000 },
      { kind: 'retry', delayMs: 2_000 },
      { kind: 'dead-letter', reason: 'exhausted' },
    ]);
  });

  it('treats an unknown failure as a transient one', () => {
    expect(decide({ kind: 'unknown' }, circumstances)).toEqual({ kind: 'retry', delayMs: 500 });
  });

  it('dead-letters a permanent failure at once with its reason', () => {
    expect(decide({ kind: 'permanent', reason: 'validation' }, circumstances)).toEqual({
      kind: 'dead-letter',
      reason: 'validation',
    });
  });

  it('waits for a dependency without end, whatever the attempts', () => {
    const classification = { kind: 'waiting', dependency: 'postgres', detail: 'down' } as const;
    const decision = decide(classification, { ...circumstances, failedAttempts: 99, waits: 50 });
    expect(decision).toEqual({ ...classification, kind: 'wait', delayMs: 30_000 });
  });

  it('never comes back before the wait that was asked for', () => {
    expect(decide({ kind: 'transient', retryAfterMs: 9_000 }, circumstances)).toEqual({
      kind: 'retry',
      delayMs: 9_000,
    });
  });

  it('spreads waits by a fifth to either side', () => {
    const least = decide({ kind: 'unknown' }, { ...circumstances, random: 0 });
    const most = decide({ kind: 'unknown' }, { ...circumstances, random: 0.999_999 });
    expect([least, most]).toEqual([
      { kind: 'retry', delayMs: 400 },
      { kind: 'retry', delayMs: 600 },
    ]);
  });

  it('starts the attempts and their waits again when the failure is another one', () => {
    const first = decide({ kind: 'unknown' }, { ...circumstances, failedAttempts: 4 });
    expect(first).toEqual({ kind: 'retry', delayMs: 500 });
  });

  it('ends a record whose failures take turns at twice its attempts', () => {
    const decisions = [7, 8].map((failedAttempts) =>
      decide({ kind: 'unknown' }, { ...circumstances, failedAttempts }),
    );
    expect(decisions).toEqual([
      { kind: 'retry', delayMs: 500 },
      { kind: 'dead-letter', reason: 'exhausted' },
    ]);
  });

  it('gives up when the next attempt would begin past the deadline', () => {
    const retry = { ...circumstances.retry, deadlineMs: 10_000 };
    const decisions = [9_500, 9_501].map((elapsedMs) =>
      decide({ kind: 'unknown' }, { ...circumstances, retry, elapsedMs }),
    );
    expect(decisions).toEqual([
      { kind: 'retry', delayMs: 500 },
      { kind: 'dead-letter', reason: 'exhausted' },
    ]);
  });

  it('gives up when the wait that was asked for ends past the deadline', () => {
    const retry = { ...circumstances.retry, deadlineMs: 10_000 };
    const asked = { kind: 'transient', retryAfterMs: 60_000 } as const;
    expect(decide(asked, { ...circumstances, retry })).toMatchObject({ kind: 'dead-letter' });
  });

  it('never gives up a record that waits for a dependency, past any deadline', () => {
    const retry = { ...circumstances.retry, deadlineMs: 1 };
    const waiting = { kind: 'waiting', dependency: 'postgres', detail: 'down' } as const;
    expect(decide(waiting, { ...circumstances, retry, elapsedMs: 9_999_999 }).kind).toBe('wait');
  });
});

describe('decide, with retry topics', () => {
  const delaysMs = [10_000, 60_000, 600_000];
  const exhausted = { ...circumstances, failedAttempts: 4, failedAlike: 4 };
  const ladder = { level: 0, wasTried: false, delaysUsed: 0, delaysMs };
  const onLevel = (level: number) => ({
    ...circumstances,
    ladder: { level, wasTried: true, delaysUsed: level, delaysMs },
  });

  it('sends a record to the first when its attempts in place are used up, and not before', () => {
    const first = decide({ kind: 'transient' }, { ...circumstances, ladder });
    expect(first).toEqual({ kind: 'retry', delayMs: 500 });
    expect(decide({ kind: 'unknown' }, { ...exhausted, ladder })).toEqual({
      kind: 'retry-topic',
      level: 1,
    });
  });

  it('tries it once on each level, then gives it up', () => {
    const decisions = [1, 2, 3].map((level) => decide({ kind: 'transient' }, onLevel(level)));
    expect(decisions).toEqual([
      { kind: 'retry-topic', level: 2 },
      { kind: 'retry-topic', level: 3 },
      { kind: 'dead-letter', reason: 'exhausted' },
    ]);
  });

  it('waits in place on the last level for the delays that it has left', () => {
    const behind = { level: 3, wasTried: false, delaysUsed: 1, delaysMs };
    expect(decide({ kind: 'transient' }, { ...exhausted, ladder: behind })).toEqual({
      kind: 'retry',
      delayMs: 60_000,
      isDelay: true,
    });
    const used = { ...behind, delaysUsed: 3 };
    expect(decide({ kind: 'transient' }, { ...exhausted, ladder: used }).kind).toBe('dead-letter');
  });

  it('takes the nearest level whose delay is as long as was asked for, or else the last', () => {
    const levelFor = (retryAfterMs: number) =>
      decide({ kind: 'transient', retryAfterMs }, { ...exhausted, ladder });
    expect([30_000, 60_001, 900_000].map(levelFor)).toEqual([
      { kind: 'retry-topic', level: 2 },
      { kind: 'retry-topic', level: 3 },
      { kind: 'retry-topic', level: 3 },
    ]);
  });

  it('gives up a record that the next level would bring past its deadline', () => {
    const retry = { ...circumstances.retry, deadlineMs: 15_000 };
    const at = (elapsedMs: number) =>
      decide({ kind: 'transient' }, { ...exhausted, retry, elapsedMs, ladder }).kind;
    expect([5_000, 5_001].map(at)).toEqual(['retry-topic', 'dead-letter']);
  });

  it('still waits for a dependency and gives up at once what cannot pass', () => {
    const waiting = { kind: 'waiting', dependency: 'postgres', detail: 'down' } as const;
    expect(decide(waiting, onLevel(1)).kind).toBe('wait');
    expect(decide({ kind: 'permanent', reason: 'validation' }, onLevel(1)).kind).toBe(
      'dead-letter',
    );
  });
});
