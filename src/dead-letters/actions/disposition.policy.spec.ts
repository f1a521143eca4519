import { judgeDiscard, judgeRedrive, stateOf, type RedriveCase } from './disposition.policy.js';

const letter: RedriveCase = {
  id: 'a',
  redriveCount: 1,
  isPointer: false,
  action: undefined,
  isRepeat: false,
  target: 'orders.loader.redrive',
  limit: 3,
};

describe('the state of a dead letter', () => {
  it('is open without an action', () => {
    expect(stateOf(letter, undefined)).toBe('open');
  });

  it('is what was done with that failure or a later one of the record', () => {
    expect(stateOf(letter, { kind: 'redriven', covers: 1 })).toBe('redriven');
    expect(stateOf(letter, { kind: 'discarded', covers: 2 })).toBe('discarded');
  });

  it('is open again once the record has failed after its redrive', () => {
    expect(stateOf(letter, { kind: 'redriven', covers: 0 })).toBe('open');
  });
});

describe('a redrive', () => {
  it('takes an open dead letter to its target', () => {
    expect(judgeRedrive(letter)).toEqual({ kind: 'take', target: 'orders.loader.redrive' });
  });

  it.each<[string, Partial<RedriveCase>, string]>([
    ['was redriven', { action: { kind: 'redriven', covers: 1 } }, 'already redriven'],
    ['was discarded', { action: { kind: 'discarded', covers: 1 } }, 'already discarded'],
    ['was taken a moment ago', { isRepeat: true }, 'stands in the topic twice'],
    ['has reached the limit', { redriveCount: 3 }, 'redrive-limit'],
    ['is a pointer', { isPointer: true }, 'a pointer: its value is not here'],
    ['has no target', { target: undefined }, 'no target: name one with --to'],
  ])('leaves one that %s', (_what, change, why) => {
    expect(judgeRedrive({ ...letter, ...change })).toEqual({ kind: 'leave', why });
  });

  it('takes nothing at all where the limit is 0', () => {
    expect(judgeRedrive({ ...letter, redriveCount: 0, limit: 0 }).kind).toBe('leave');
  });
});

describe('a discard', () => {
  it('takes what a redrive must leave: pointers, and what failed too often', () => {
    expect(judgeDiscard({ ...letter, redriveCount: 9 }).kind).toBe('take');
  });

  it('takes nothing twice', () => {
    const discarded = { kind: 'discarded', covers: 1 } as const;
    expect(judgeDiscard({ ...letter, action: discarded }).kind).toBe('leave');
    expect(judgeDiscard({ ...letter, isRepeat: true }).kind).toBe('leave');
  });
});
