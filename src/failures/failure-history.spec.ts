import { FailureHistory } from './failure-history.js';

const TRANSIENT = { kind: 'transient' } as const;

describe('FailureHistory', () => {
  it('counts failures of one kind and class in a row', () => {
    const history = new FailureHistory();
    const counts = [1, 2, 3].map(() => {
      history.fail(TRANSIENT, 'Error');
      return history.failedAlike;
    });
    expect(counts).toEqual([1, 2, 3]);
  });

  it('starts again at another class of error, and at another kind of the same class', () => {
    const history = new FailureHistory();
    history.fail(TRANSIENT, 'Error');
    history.fail(TRANSIENT, 'TimeoutError');
    expect(history.failedAlike).toBe(1);
    history.fail({ kind: 'unknown' }, 'TimeoutError');
    expect(history.failedAlike).toBe(1);
  });

  it('counts waits since the last attempt that counted, and they leave the attempts alone', () => {
    const history = new FailureHistory();
    history.fail(TRANSIENT, 'Error');
    history.wait();
    history.wait();
    expect(history.waits).toBe(2);
    history.fail(TRANSIENT, 'Error');
    expect([history.waits, history.failedAlike]).toEqual([0, 2]);
  });

  it('starts again, in all as well, when it is told to forget', () => {
    const history = new FailureHistory();
    history.fail(TRANSIENT, 'Error');
    history.fail(TRANSIENT, 'TimeoutError');
    expect(history.failed).toBe(2);
    history.forget();
    history.fail(TRANSIENT, 'TimeoutError');
    expect([history.failed, history.failedAlike]).toEqual([1, 1]);
  });
});
