import { RecentEntries } from './recent-entries.js';

describe('recent entries', () => {
  it('are those that were set last, as many as there is room for', () => {
    const entries = new RecentEntries<number>({ size: 2, now: () => 0 });
    for (const name of ['a', 'b', 'a', 'c']) entries.set(name, 1);
    expect(['a', 'b', 'c'].map((name) => entries.get(name))).toEqual([1, undefined, 1]);
  });

  it('are forgotten after their time, counted from when they were set last', () => {
    let now = 0;
    const entries = new RecentEntries<number>({ size: 2, ttlMs: 100, now: () => now });
    entries.set('a', 1);
    now = 60;
    entries.set('a', 2);
    now = 159;
    expect(entries.get('a')).toBe(2);
    now = 160;
    expect(entries.get('a')).toBeUndefined();
  });

  it('are gone when they are taken out', () => {
    const entries = new RecentEntries<number>({ size: 2, now: () => 0 });
    entries.set('a', 1);
    entries.set('b', 1);
    entries.delete('a');
    expect([entries.get('a'), entries.get('b')]).toEqual([undefined, 1]);
    entries.clear();
    expect(entries.get('b')).toBeUndefined();
  });
});
