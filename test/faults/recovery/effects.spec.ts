import { allDoneAt, doneAgain, effectsIn, underWay } from './effects.js';

const effects = effectsIn(
  [
    'S 1.5 0 10 1 first topic',
    'S 2 0 11 1 second topic',
    'F 3 0 11 1 second topic',
    'S 4 0 12 1 third topic',
    'E 5 0 10 1 first topic',
    'E 9 0 10 1 first topic',
    'S 10 0',
  ].join('\n'),
);

describe('what an effect log tells', () => {
  it('has every complete line, and not a torn one', () => {
    expect(effects).toHaveLength(6);
    expect(effects[0]).toEqual({ event: 'S', at: 1.5, id: 'first' });
  });

  it('is under way from its start to its end or failure', () => {
    expect(underWay(effects)).toEqual(new Set(['third']));
  });

  it('is done when the last record has ended for the first time', () => {
    expect(allDoneAt(effects, new Set(['first']))).toBe(5);
    expect(allDoneAt(effects, new Set(['first', 'third']))).toBeUndefined();
  });

  it('counts each end after the first of a record', () => {
    expect(doneAgain(effects)).toBe(1);
  });
});
