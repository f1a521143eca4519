import { Pace } from './pace.js';

describe('the pace of a job', () => {
  it('never waits without a rate', () => {
    const pace = new Pace(undefined);
    pace.took(1_000_000);
    expect(pace.dueInMs).toBe(0);
    expect(pace.atOnce(100)).toBe(100);
  });

  it('lets as many go in a second as the rate says', () => {
    let now = 1_000;
    const pace = new Pace(40, () => now);
    expect(pace.atOnce(100)).toBe(10);
    expect(pace.dueInMs).toBe(0);
    pace.took(10);
    expect(pace.dueInMs).toBe(250);
    now += 250;
    expect(pace.dueInMs).toBe(0);
  });

  it('does not make up for time in which nothing went', () => {
    let now = 0;
    const pace = new Pace(10, () => now);
    pace.took(10);
    now += 60_000;
    pace.took(10);
    expect(pace.dueInMs).toBe(1_000);
  });

  it('lets one go at a time where the rate is low', () => {
    const pace = new Pace(0.5, () => 0);
    expect(pace.atOnce(100)).toBe(1);
    pace.took(1);
    expect(pace.dueInMs).toBe(2_000);
  });
});
