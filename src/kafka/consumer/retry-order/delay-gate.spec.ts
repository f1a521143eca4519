import fc from 'fast-check';
import { DelayGate } from './delay-gate.js';

const DELAY = 1_000;

function setUp() {
  const now = { wall: 50_000, steady: 0 };
  const gate = new DelayGate<string>(DELAY, { wall: () => now.wall, steady: () => now.steady });
  const pass = (milliseconds: number): void => {
    now.wall += milliseconds;
    now.steady += milliseconds;
  };
  return { gate, now, pass };
}

describe('DelayGate', () => {
  it('lets a record go at its time and not before', () => {
    const { gate, now, pass } = setUp();
    gate.add('a', now.wall + 600);
    pass(599);
    expect(gate.takeDue()).toEqual([]);
    expect([gate.waitMs, gate.nextDueAt]).toEqual([1, now.wall + 1]);
    pass(1);
    expect(gate.takeDue()).toEqual(['a']);
    expect([gate.size, gate.waitMs, gate.nextDueAt]).toEqual([0, undefined, undefined]);
  });

  it('lets no record pass another one, however soon its time', () => {
    const { gate, now, pass } = setUp();
    gate.add('late', now.wall + 600);
    gate.add('at once', 0);
    expect(gate.takeDue()).toEqual([]);
    pass(600);
    expect(gate.takeDue()).toEqual(['late', 'at once']);
  });

  it('lets nothing go early when the wall clock jumps ahead after it was seen', () => {
    const { gate, now, pass } = setUp();
    gate.add('a', now.wall + 600);
    now.wall += 3_600_000;
    expect(gate.takeDue()).toEqual([]);
    pass(600);
    expect(gate.takeDue()).toEqual(['a']);
  });

  it('waits on when the wall clock jumps back, up to the whole delay after it was seen', () => {
    const { gate, now, pass } = setUp();
    gate.add('a', now.wall + 600);
    now.wall -= 3_600_000;
    pass(999);
    expect(gate.takeDue()).toEqual([]);
    pass(1);
    expect(gate.takeDue()).toEqual(['a']);
  });

  it('holds a record whose time lies far ahead no longer than the delay', () => {
    const { gate, pass } = setUp();
    gate.add('a', Number.MAX_SAFE_INTEGER);
    pass(DELAY - 1);
    expect(gate.takeDue()).toEqual([]);
    pass(1);
    expect(gate.takeDue()).toEqual(['a']);
  });

  it('keeps both bounds over any jumps of the wall clock', () => {
    const step = fc.record({ passes: fc.nat(400), jumps: fc.integer({ min: -2_000, max: 2_000 }) });
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 3_000 }), fc.array(step), (ahead, steps) => {
        const { gate, now, pass } = setUp();
        const notBefore = now.wall + ahead;
        const left = Math.min(Math.max(0, ahead), DELAY);
        gate.add('a', notBefore);
        for (const { passes, jumps } of steps) {
          pass(passes);
          now.wall += jumps;
          const isOut = gate.takeDue().length > 0;
          const isLongest = now.steady >= DELAY;
          expect(isOut).toBe(now.steady >= left && (now.wall >= notBefore || isLongest));
          if (isOut) return;
        }
      }),
    );
  });
});
