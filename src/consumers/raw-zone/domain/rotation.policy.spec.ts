import { isDue, untilDue } from './rotation.policy.js';

const limits = { records: 10, bytes: 1000, intervalMs: 500 };
const some = { records: 9, bytes: 999, since: 100 };

describe('the rotation', () => {
  it('lets an object grow while no limit is reached', () => {
    expect(isDue(some, limits, 599)).toBe(false);
    expect(untilDue(some, limits, 599)).toBe(1);
  });

  it.each([
    ['as many records', { ...some, records: 10 }, 100],
    ['as many bytes', { ...some, bytes: 1000 }, 100],
    ['its time', some, 600],
  ])('ends an object that has %s', (_, gathered, now) => {
    expect(isDue(gathered, limits, now)).toBe(true);
  });

  it('is due at once when its time has passed', () => {
    expect(untilDue(some, limits, 5_000)).toBe(0);
  });
});
