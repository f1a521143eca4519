import { AttemptClock } from './attempt-clock.js';
import { GivingUp } from './giving-up.js';
import { deadlineState, scanIntervalMs } from './handler-deadline.policy.js';
import { HeldLanes } from './held-lanes.js';

const deadline = { timeoutMs: 300_000, graceMs: 30_000, headBlocked: 'wait' } as const;

describe('the deadline of an attempt', () => {
  it.each([
    [0, 'within'],
    [299_999, 'within'],
    [300_000, 'expired'],
    [329_999, 'expired'],
    [330_000, 'overdue'],
  ])('after %d ms with the handler it is %s', (spentMs, state) => {
    expect(deadlineState(spentMs, deadline)).toBe(state);
  });

  it('is looked at every second, or four times within a short one', () => {
    const interval = (timeoutMs: number) => scanIntervalMs({ ...deadline, timeoutMs });
    expect([300_000, 4_000, 1_000, 20].map(interval)).toEqual([1_000, 1_000, 250, 10]);
  });
});

describe('the clock of an attempt', () => {
  it('does not count what is spent suspended', () => {
    const clock = new AttemptClock();
    clock.begin(100);
    clock.pause(150);
    expect([clock.isRunning, clock.spent(10_000)]).toEqual([false, 50]);
    clock.resume(20_000);
    expect([clock.isRunning, clock.spent(20_030)]).toEqual([true, 80]);
  });

  it('begins anew with each attempt, and stands still outside of one', () => {
    const clock = new AttemptClock();
    clock.begin(0);
    clock.end(70);
    clock.pause(100);
    clock.resume(200);
    expect([clock.isRunning, clock.spent(300)]).toEqual([false, 70]);
    clock.begin(300);
    expect(clock.spent(310)).toBe(10);
  });
});

describe('giving up on a promise', () => {
  it('is no different from waiting for it when it settles in time', async () => {
    const givingUp = new GivingUp();
    let late = 0;
    const count = (): void => void (late += 1);
    await expect(givingUp.orGivenUp(Promise.resolve(1), count)).resolves.toBe(1);
    const failure = new Error('own');
    await expect(givingUp.orGivenUp(Promise.reject(failure), count)).rejects.toBe(failure);
    givingUp.now(new Error('too late'));
    expect([late, givingUp.signal.aborted]).toEqual([0, false]);
  });

  it('rejects with its reason once the signal is aborted, and ignores but tells what comes later', async () => {
    for (const end of [() => Promise.resolve(1), () => Promise.reject(new Error('late'))]) {
      const givingUp = new GivingUp();
      const reason = new Error('hung');
      let late = 0;
      let release: () => void = () => undefined;
      const hung = new Promise<void>((resolve) => (release = resolve)).then(end);
      const waiting = givingUp.orGivenUp(hung, () => (late += 1));
      givingUp.now(reason);
      expect(givingUp.signal.aborted).toBe(true);
      await expect(waiting).rejects.toBe(reason);
      expect(late).toBe(0);
      release();
      await hung.catch(() => undefined);
      expect(late).toBe(1);
    }
  });
});

describe('lanes held by handlers that outlived their partition', () => {
  const entry = (partition: number, laneKey: string | null, offset = 0) => ({
    partition: { unit: { name: `t-${partition}` } },
    offset,
    laneKey,
  });

  it('keep the records of that key and partition, and no others', () => {
    const lanes = new HeldLanes<ReturnType<typeof entry>>();
    const holder = entry(0, 'a');
    expect(lanes.park(entry(0, 'a'))).toBe(false);
    lanes.hold(holder);
    const next = entry(0, 'a');
    expect(
      [next, entry(0, 'b'), entry(1, 'a'), entry(0, null)].map((one) => lanes.park(one)),
    ).toEqual([true, false, false, false]);
    expect(lanes.release(entry(0, 'a'))).toEqual([]);
    expect(lanes.release(holder)).toEqual([next]);
    expect([lanes.release(holder), lanes.park(next)]).toEqual([[], false]);
  });

  it('open when the last of several handlers has ended', () => {
    const lanes = new HeldLanes<ReturnType<typeof entry>>();
    const holders = [entry(0, 'a', 1), entry(0, 'a', 2)];
    for (const holder of holders) lanes.hold(holder);
    const next = entry(0, 'a');
    lanes.park(next);
    expect(lanes.release(holders[0]!)).toEqual([]);
    expect(lanes.release(holders[1]!)).toEqual([next]);
  });

  it('hold nothing for a record that is ordered with nobody', () => {
    const lanes = new HeldLanes<ReturnType<typeof entry>>();
    lanes.hold(entry(0, null));
    expect(lanes.park(entry(0, null))).toBe(false);
  });
});
