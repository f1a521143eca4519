import { DONE, skipped } from '../../record/index.js';
import { BatchAnswerError, resultsOf } from './batch-answer.js';

describe('what a batch handler returns', () => {
  it.each([undefined, null, 7, 'failed', {}, { failed: undefined }, { failed: [] }, [1]])(
    'means that all are done: %j',
    (returned) => {
      expect(resultsOf(returned, 2)).toEqual([{ outcome: DONE }, { outcome: DONE }]);
    },
  );

  it('names those that failed, and all others are done', () => {
    const error = new Error('no');
    expect(resultsOf({ failed: [{ index: 1, error }] }, 3)).toEqual([
      { outcome: DONE },
      { error },
      { outcome: DONE },
    ]);
  });

  it('may be a skip, of all', () => {
    const outcome = skipped('not for us');
    expect(resultsOf(outcome, 2)).toEqual([{ outcome }, { outcome }]);
  });

  it.each([-1, 2, 0.5, '0', undefined])(
    'is refused with the index %j of a batch of two',
    (index) => {
      expect(() => resultsOf({ failed: [{ index, error: 'x' }] }, 2)).toThrow(BatchAnswerError);
    },
  );

  it.each([[7], ['x'], [null], 3, 'all', { index: 0 }])(
    'is refused with failed as %j',
    (failed) => {
      expect(() => resultsOf({ failed }, 2)).toThrow(BatchAnswerError);
    },
  );
});
