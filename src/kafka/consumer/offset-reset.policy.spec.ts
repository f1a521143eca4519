import { decideNewLog, decideReset } from './offset-reset.policy.js';

const log = { start: 20, end: 50 };

describe('a position that the log does not have', () => {
  it.each([20, 35, 50])('is one of its own: %d stays where it is', (position) => {
    for (const policy of ['earliest', 'latest', 'fail'] as const) {
      expect(decideReset(position, log, policy)).toEqual({ kind: 'in-range' });
    }
  });

  it('goes to the first record there is, and counts what is gone', () => {
    expect(decideReset(5, log, 'earliest')).toEqual({
      kind: 'moved',
      to: 20,
      isNewLog: false,
      skipped: [{ from: 5, to: 20, count: 15, cause: 'deleted' }],
    });
  });

  it('goes to the end with latest, and tells what is gone from what is passed over', () => {
    expect(decideReset(5, log, 'latest')).toEqual({
      kind: 'moved',
      to: 50,
      isNewLog: false,
      skipped: [
        { from: 5, to: 20, count: 15, cause: 'deleted' },
        { from: 20, to: 50, count: 30, cause: 'latest' },
      ],
    });
  });

  it('is behind the end of another log: that is read from its start, and nothing is skipped', () => {
    expect(decideReset(51, log, 'earliest')).toEqual({
      kind: 'moved',
      to: 20,
      isNewLog: true,
      skipped: [],
    });
    expect(decideReset(51, log, 'latest')).toEqual({
      kind: 'moved',
      to: 50,
      isNewLog: true,
      skipped: [{ from: 20, to: 50, count: 30, cause: 'latest' }],
    });
  });

  it('counts for nothing in another log, although that one has it too', () => {
    expect(decideNewLog(log, 'earliest')).toEqual(decideReset(51, log, 'earliest'));
    expect(decideNewLog(log, 'latest')).toEqual(decideReset(51, log, 'latest'));
    expect(decideNewLog(log, 'fail')).toEqual({ kind: 'refused' });
  });

  it('is refused with fail, on either side', () => {
    for (const position of [5, 51]) {
      expect(decideReset(position, log, 'fail')).toEqual({ kind: 'refused' });
    }
  });
});
