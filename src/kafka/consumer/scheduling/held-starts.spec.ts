import { HeldStarts } from './held-starts.js';

describe('starts that are held back', () => {
  it('are none while there is room', () => {
    const held = new HeldStarts<number>();
    expect([1, 2, 3].map((entry) => held.holdBack(entry, true))).toEqual([false, false, false]);
    expect(held.size).toBe(0);
  });

  it('keep those behind them back, also when there is room by then', () => {
    const held = new HeldStarts<number>();
    expect(held.holdBack(1, false)).toBe(true);
    expect(held.holdBack(2, true)).toBe(true);
    expect(held.next()).toBe(1);
    expect(held.holdBack(3, true)).toBe(true);
    expect([held.holdBack(1, true), held.next(), held.holdBack(4, true)]).toEqual([false, 2, true]);
  });

  it('count as coming from when they are let go until they start', () => {
    const held = new HeldStarts<number>();
    held.holdBack(1, false);
    held.holdBack(2, false);
    held.next();
    expect([held.coming, held.size]).toEqual([1, 2]);
    held.holdBack(1, true);
    expect([held.coming, held.size]).toEqual([0, 1]);
    held.next();
    held.forget(2);
    expect(held.size).toBe(0);
    expect(held.next()).toBeUndefined();
  });
});
