import { jest } from '@jest/globals';
import { DeadlineWatch, type WatchedDelivery } from './deadline-watch.js';

const deadline = { timeoutMs: 10_000, graceMs: 5_000, headBlocked: 'wait' } as const;

function setUp() {
  const events: string[] = [];
  const underWay = new Set<WatchedDelivery>();
  let stoodStillMs = 0;
  const stand = { still: (milliseconds: number) => (stoodStillMs += milliseconds) };
  const watch = new DeadlineWatch({
    intervalMs: 1_000,
    underWay: () => underWay,
    now: () => performance.now() + stoodStillMs,
  });
  const start = (name: string, isSuspended: () => boolean = () => false): WatchedDelivery => {
    const startedAt = watch.now();
    const delivery = {
      deadline,
      spentMs: (now: number) => (isSuspended() ? undefined : now - startedAt),
      expire: () => void events.push(`${name} expired`),
      becomeOverdue: () => void events.push(`${name} overdue`),
    };
    underWay.add(delivery);
    watch.wake();
    return delivery;
  };
  return { events, stand, start, underWay };
}

describe('DeadlineWatch', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tells a passed deadline within an interval and never early', () => {
    const { events, start } = setUp();
    start('a');
    jest.advanceTimersByTime(9_999);
    expect(events).toEqual([]);
    jest.advanceTimersByTime(1_000);
    expect(events).toEqual(['a expired']);
  });

  it('tells when the grace has passed as well', () => {
    const { events, start } = setUp();
    start('a');
    jest.advanceTimersByTime(15_000);
    expect(events.slice(-2)).toEqual(['a expired', 'a overdue']);
  });

  it('says nothing of what no handler has', () => {
    const { events, start } = setUp();
    start('suspended', () => true);
    jest.advanceTimersByTime(60_000);
    expect(events).toEqual([]);
  });

  it('does not count the time in which the event loop stood still', () => {
    const { events, stand, start } = setUp();
    start('a');
    jest.advanceTimersByTime(5_000);
    // The clock goes on and no timer fires: the next scan comes as late as that.
    stand.still(600_000);
    jest.advanceTimersByTime(4_000);
    expect(events).toEqual([]);
    jest.advanceTimersByTime(2_000);
    expect(events[0]).toBe('a expired');
  });

  it('has no timer while nothing is under way', () => {
    const { start, underWay } = setUp();
    expect(jest.getTimerCount()).toBe(0);
    start('a');
    start('b');
    expect(jest.getTimerCount()).toBe(1);
    underWay.clear();
    jest.advanceTimersByTime(1_000);
    expect(jest.getTimerCount()).toBe(0);
    start('c');
    expect(jest.getTimerCount()).toBe(1);
  });
});
