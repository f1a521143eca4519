import { jest } from '@jest/globals';
import type { RecordDelivery } from '../record-delivery.js';
import { HeadWatch, type WatchedPartition } from './head-watch.js';

function setUp() {
  const events: string[] = [];
  const state = {
    headOffset: 7 as number | undefined,
    progress: { depth: 100, unsettled: 1, window: 100, isPaused: true },
    delivery: undefined as RecordDelivery | undefined,
  };
  const partition: WatchedPartition = {
    topic: 't',
    partition: 0,
    get headOffset() {
      return state.headOffset;
    },
    get progress() {
      return state.progress;
    },
    delivery: () => state.delivery,
  };
  const watch = new HeadWatch({
    partitions: () => [partition],
    blocked: ({ offset, doing }) => events.push(`${offset} blocks, ${doing}`),
    unblocked: ({ offset }) => events.push(`${offset} no longer`),
  });
  watch.start();
  return { events, state, watch };
}

const running = {
  attempt: 2,
  record: { key: Buffer.from('a') },
  wait: undefined,
} as unknown as RecordDelivery;

describe('HeadWatch', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tells a head once that it blocks and once that it no longer does', () => {
    const { events, state } = setUp();
    state.delivery = running;
    jest.advanceTimersByTime(60_000);
    expect(events).toEqual(['7 blocks, running']);
    state.headOffset = 8;
    jest.advanceTimersByTime(1_000);
    expect(events).toEqual(['7 blocks, running', '7 no longer']);
  });

  it('says nothing of heads that move on', () => {
    const { events, state, watch } = setUp();
    for (let second = 0; second < 60; second += 1) {
      state.headOffset! += 1;
      jest.advanceTimersByTime(1_000);
    }
    expect([events, watch.blocked(['t'])]).toEqual([[], []]);
  });

  it('names the head with its key, since when and what it does', () => {
    const { state, watch } = setUp();
    state.delivery = running;
    jest.advanceTimersByTime(21_000);
    const place = { topic: 't', partition: 0, offset: 7, holds: 'partition', seconds: 20 };
    expect(watch.blocked(['t'])).toEqual([
      {
        ...place,
        keyHash: 'ca978112',
        attempt: 2,
        doing: 'running',
        since: expect.any(String) as string,
      },
    ]);
    state.delivery = {
      ...running,
      wait: { why: 'dependency', dependency: 'postgres', detail: '' },
    } as never;
    expect(watch.blocked(['t'])).toMatchObject([{ doing: 'dependency', dependency: 'postgres' }]);
    state.delivery = undefined;
    expect(watch.blocked(['t'])).toMatchObject([{ doing: 'queued' }]);
    expect(watch.blocked(['another'])).toEqual([]);
  });

  it('names nothing that has gone on since it looked', () => {
    const { state, watch } = setUp();
    jest.advanceTimersByTime(10_000);
    state.headOffset = undefined;
    expect(watch.blocked(['t'])).toEqual([]);
  });

  it('has no timer once it is stopped', () => {
    const { watch } = setUp();
    watch.stop();
    expect(jest.getTimerCount()).toBe(0);
  });
});
