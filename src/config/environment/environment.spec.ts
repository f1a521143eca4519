import fc from 'fast-check';
import { editDistance, nearest } from './edit-distance.js';
import { overlay } from './read-environment.js';

describe('overlay', () => {
  it('lets what is set outside win over the file, also when it is set to nothing', () => {
    const file = '# a comment\nA="1 2"\nexport B=2\nC=3\n';
    expect(overlay(file, { B: 'outside', C: '' })).toEqual({ A: '1 2', B: 'outside', C: '' });
  });
});

describe('editDistance', () => {
  it.each([
    ['TOPIC', 'TOPIC', 0],
    ['TOPC', 'TOPIC', 1],
    ['TPOIC', 'TOPIC', 1],
    ['TOPICS', 'TOPIC', 1],
    ['TOPIK', 'TOPIC', 1],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ])('from %j to %j is %d', (from, to, distance) => {
    expect(editDistance(from, to, 5)).toBe(distance);
    expect(editDistance(to, from, 5)).toBe(distance);
  });

  it('is never more than the changes that were made, nor counted past its limit', () => {
    const word = fc.string({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(word, fc.array(fc.nat(), { maxLength: 4 }), (text, places) => {
        const changed = places.reduce((now, place) => {
          const at = place % (now.length + 1);
          return place % 2 === 0
            ? now.slice(0, at) + now.slice(at + 1)
            : `${now.slice(0, at)}x${now.slice(at)}`;
        }, text);
        expect(editDistance(text, changed, 10)).toBeLessThanOrEqual(places.length);
        expect(editDistance(text, changed, 2)).toBeLessThanOrEqual(3);
      }),
    );
  });
});

describe('nearest', () => {
  it('takes the nearest candidate within the limit', () => {
    expect(nearest('oders', ['audit', 'orders', 'borders'], 3)).toBe('orders');
    expect(nearest('ledger', ['audit', 'orders'], 2)).toBeUndefined();
  });
});
