import { judge, type Drained } from './judgement.js';
import type { Workload } from './workload.js';

const MEBIBYTE = 1024 * 1024;
const workload: Workload = {
  what: 'two records',
  backlog: { kind: 'records', count: 2, valueBytes: 1 },
  partitions: 1,
  workMs: 0,
  nodeOptions: undefined,
  promisedBytes: 256 * MEBIBYTE,
};
const drained: Drained = {
  peakBytes: 256 * MEBIBYTE,
  readyAfterMs: 1,
  drainedAfterMs: 2,
  ended: ['0', '1'],
  deadLetters: 0,
};
const expected = { ids: new Set(['0', '1']), records: 2, deadLetters: 0 };

const problemsOf = (changed: Partial<Drained>, of: Partial<Workload> = {}) =>
  judge({ ...workload, ...of }, { ...drained, ...changed }, expected).problems;

describe('a backlog', () => {
  it('holds when all of it was handled once within what is promised', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it('does not hold when the process took more', () => {
    expect(problemsOf({ peakBytes: 257 * MEBIBYTE })).toEqual([
      'it took 257 MiB; promised are 256 MiB',
    ]);
  });

  it('may take anything where nothing is promised', () => {
    expect(problemsOf({ peakBytes: 999 * MEBIBYTE }, { promisedBytes: undefined })).toEqual([]);
  });

  it('does not hold, however small, when a record was not handled, or again', () => {
    expect(problemsOf({ ended: ['0'] })).toEqual(['1 records were not handled']);
    expect(problemsOf({ ended: ['0', '1', '1'] })).toEqual(['1 came again']);
  });

  it('does not hold when dead letters are missing, or came where none should', () => {
    expect(problemsOf({ deadLetters: 3 })).toEqual(['3 dead letters instead of 0']);
  });
});
