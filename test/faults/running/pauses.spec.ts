import type { HistoryEvent } from '../checker/history.js';
import { longestPause, servedUntil, type Arrival } from './pauses.js';

const arrived = (offset: number, arrivedAt: number, partition = 0): Arrival => ({
  partition,
  offset,
  arrivedAt,
});
const start = (at: number, offset: number, partition = 0): HistoryEvent => ({
  kind: 'start',
  at,
  partition,
  offset,
  member: 1,
  attempt: 1,
});

describe('the pause of a partition', () => {
  it('is the time between two starts while a record waits', () => {
    const arrivals = [arrived(0, 0), arrived(1, 5), arrived(2, 6)];
    const starts = [start(1, 0), start(7, 1), start(40, 2)];
    expect(longestPause(arrivals, [starts], Infinity)).toBe(33);
  });

  it('begins when the record comes, if nothing waited before', () => {
    expect(
      longestPause([arrived(0, 0), arrived(1, 90)], [[start(1, 0), start(100, 1)]], Infinity),
    ).toBe(10);
  });

  it('counts from the record that waits longest, whichever starts first', () => {
    const arrivals = [arrived(0, 0), arrived(1, 30)];
    expect(longestPause(arrivals, [[start(31, 1), start(40, 0)]], Infinity)).toBe(31);
  });

  it('is not shortened by another partition or lengthened by a repeat', () => {
    const arrivals = [arrived(0, 0), arrived(1, 2), arrived(0, 0, 1)];
    const starts = [start(1, 0), start(10, 0, 1), start(20, 1), start(90, 1)];
    expect(longestPause(arrivals, [starts], Infinity)).toBe(18);
  });

  it('ends where the measurement ends', () => {
    expect(longestPause([arrived(0, 10)], [[start(90, 0)]], 30)).toBe(20);
    expect(longestPause([arrived(0, 40)], [[start(90, 0)]], 30)).toBe(0);
  });
});

describe('a group is served', () => {
  it('until the last member that overlaps the others is asked to end', () => {
    const members = [
      { startedAt: 0, leftAt: 10 },
      { startedAt: 5, leftAt: 30 },
      { startedAt: 20, leftAt: 25 },
      { startedAt: 31, leftAt: Infinity },
    ];
    expect(servedUntil(members)).toBe(30);
    expect(servedUntil(members.slice(3))).toBe(Infinity);
  });
});
