import { Watchdog } from './watchdog.js';

function setUp(isJoined = true) {
  const errors: string[] = [];
  const watchdog = new Watchdog({
    sessionTimeoutMs: 6_000,
    rebalanceTimeoutMs: 20_000,
    isJoined: () => isJoined,
    expired: ({ message }) => errors.push(message),
  });
  const ticks = (count: number, elapsedMs = 1_000): void => {
    for (let tick = 0; tick < count; tick += 1) watchdog.tick(elapsedMs);
  };
  return { watchdog, errors, ticks };
}

describe('the watchdog of a connection', () => {
  it('tells of a member that is silent for longer than its session and a restart', () => {
    const { errors, ticks } = setUp();
    ticks(7);
    expect(errors).toEqual([]);
    ticks(1);
    expect(errors).toEqual(['no heartbeat was answered and no join ended for 8 s']);
  });

  it('begins anew at each sign of life', () => {
    const { watchdog, errors, ticks } = setUp();
    for (let round = 0; round < 10; round += 1) {
      ticks(7);
      watchdog.sign();
    }
    expect(errors).toEqual([]);
  });

  it('gives a join the time that the other members may take', () => {
    const { errors, ticks } = setUp(false);
    ticks(27);
    expect(errors).toEqual([]);
    ticks(1);
    expect(errors).toHaveLength(1);
  });

  it('does not take the time in which the process was frozen for silence', () => {
    const { errors, ticks } = setUp();
    ticks(1, 3_600_000);
    ticks(5);
    expect(errors).toEqual([]);
  });
});
