import fc from 'fast-check';
import { BreakerPolicy } from './breaker.policy.js';

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

function opened(threshold = 3) {
  const breaker = new BreakerPolicy<string>(threshold);
  for (const key of keys.slice(0, threshold)) breaker.exhausted(key, key, 0);
  return breaker;
}

/** Has the held record's probe fail once it is its turn. Answers when that was. */
function failProbe(breaker: BreakerPolicy<string>, held: string, from: number): number {
  const now = breaker.waitFor(held, from) ?? from;
  expect(breaker.waitFor(held, now)).toBeUndefined();
  breaker.exhausted(held, held, now);
  return now;
}

describe('BreakerPolicy', () => {
  it('lets all but the last of the failures in a row be given up, and holds that one', () => {
    const breaker = new BreakerPolicy<string>(5);
    const held = keys.slice(0, 5).map((key) => breaker.exhausted(key, key, 0));
    expect(held).toEqual([false, false, false, false, true]);
    expect(breaker.open).toMatchObject({ since: 0, held: 1, failedProbes: 0 });
  });

  it('stays closed while the failures are of one key', () => {
    const breaker = new BreakerPolicy<string>(2);
    const held = [1, 2, 3, 4].map((offset) => breaker.exhausted(`record ${offset}`, 'key', 0));
    expect(held).toEqual([false, false, false, false]);
  });

  it('counts from the start again after a success', () => {
    const breaker = new BreakerPolicy<string>(2);
    breaker.exhausted('a', 'a', 0);
    breaker.succeeded();
    expect(breaker.exhausted('b', 'b', 0)).toBe(false);
    expect(breaker.exhausted('c', 'c', 0)).toBe(true);
  });

  it('gives nothing up while it is open', () => {
    const breaker = opened();
    expect(keys.map((key) => breaker.exhausted(`later ${key}`, 'c', 1))).not.toContain(false);
    expect(breaker.open?.held).toBe(keys.length + 1);
  });

  it('lets one held record try again at a time', () => {
    const breaker = opened();
    breaker.exhausted('x', 'x', 0);
    const due = breaker.waitFor('c', 0)!;
    expect(due).toBe(1_000);
    expect(breaker.waitFor('c', due)).toBeUndefined();
    expect(breaker.waitFor('x', due)).toBeGreaterThan(due);
  });

  it('waits longer after each probe that fails, up to a bound', () => {
    const breaker = opened();
    const times: number[] = [];
    for (let now = 0, probes = 0; probes < 8; probes += 1) {
      now = failProbe(breaker, 'c', now);
      times.push(now);
    }
    const waits = times.slice(1).map((time, index) => time - times[index]!);
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('closes at any success, and lets every held record go on', () => {
    const breaker = opened();
    breaker.exhausted('x', 'x', 0);
    expect(breaker.succeeded()).toBe(true);
    expect(breaker.isOpen).toBe(false);
    expect(['c', 'x'].map((held) => breaker.waitFor(held, 0))).toEqual([undefined, undefined]);
    expect(breaker.succeeded()).toBe(false);
  });

  it('starts nothing new while its probes are young', () => {
    const breaker = opened();
    expect(breaker.admitsNew(0)).toBe(false);
    failProbe(breaker, 'c', 0);
    expect(breaker.admitsNew(60_000)).toBe(false);
  });

  it('lets one new record through at a time when the held ones fail on', () => {
    const breaker = opened();
    const now = failProbe(breaker, 'c', failProbe(breaker, 'c', 0));
    expect([breaker.admitsNew(now), breaker.admitsNew(now), breaker.admitsNew(now + 1)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(breaker.admitsNew(now + 30_000)).toBe(true);
  });

  it('closes when nothing is held any more, and opens at the next failure, giving nothing up', () => {
    const breaker = opened();
    expect(breaker.left('unknown')).toBe(false);
    expect(breaker.left('c')).toBe(true);
    expect(breaker.isOpen).toBe(false);
    expect(breaker.exhausted('again', 'a', 5)).toBe(true);
  });

  it('passes the turn on when its holder leaves, or hangs', () => {
    const breaker = opened();
    breaker.exhausted('x', 'x', 0);
    breaker.exhausted('y', 'y', 0);
    breaker.waitFor('c', 1_000);
    breaker.left('c');
    expect(breaker.waitFor('x', 1_000)).toBeUndefined();
    expect(breaker.waitFor('y', 30_999)).toBeGreaterThan(30_999);
    expect(breaker.waitFor('y', 31_000)).toBeUndefined();
  });

  it('never gives up as many as its threshold between two successes, and is never open with nothing held', () => {
    const event = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('fail'), id: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('succeed'), id: fc.constant(0) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave'), id: fc.nat(30) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('ask'), id: fc.nat(30) }) },
    );
    const scenario = fc.record({
      threshold: fc.integer({ min: 1, max: 6 }),
      events: fc.array(event),
    });
    fc.assert(
      fc.property(scenario, ({ threshold, events }) => {
        const breaker = new BreakerPolicy<number>(threshold);
        let givenUp = new Set<number>();
        events.forEach(({ kind, id }, now) => {
          if (kind === 'succeed') {
            breaker.succeeded();
            givenUp = new Set();
          } else if (kind === 'leave') breaker.left(id);
          else if (kind === 'ask') breaker.waitFor(id, now * 1_000);
          else if (!breaker.exhausted(id, `${id}`, now * 1_000)) givenUp.add(id);
          expect(givenUp.size).toBeLessThan(threshold);
          expect(breaker.open?.held).not.toBe(0);
        });
      }),
    );
  });

  it('always lets some held record try within its longest wait', () => {
    const steps = fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 40_000 })), {
      minLength: 5,
    });
    fc.assert(
      fc.property(steps, (taken) => {
        const breaker = new BreakerPolicy<number>(1);
        for (let held = 0; held < 10; held += 1) breaker.exhausted(held, `${held}`, 0);
        let now = 0;
        for (const [held, later] of taken) {
          now += later;
          if (breaker.waitFor(held, now) === undefined) breaker.exhausted(held, `${held}`, now);
        }
        const waits = Array.from({ length: 10 }, (_, held) => breaker.waitFor(held, now + 30_000));
        expect(waits).toContain(undefined);
      }),
    );
  });
});
