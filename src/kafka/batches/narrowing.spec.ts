import fc from 'fast-check';
import { Narrowing } from './narrowing.js';

/** Runs parts until all have run; those with a bad member fail. */
function narrow(members: readonly number[], bad: ReadonlySet<number>, by: 'halve' | 'single') {
  const narrowing = new Narrowing(members);
  const runs: (readonly number[])[] = [];
  const ended: number[] = [];
  for (let part = narrowing.next(); part !== undefined; part = narrowing.next()) {
    runs.push(part);
    if (part.length > 1 && part.some((member) => bad.has(member))) narrowing[by](part);
    else ended.push(...part);
  }
  return { runs, ended };
}

describe('Narrowing', () => {
  it('halves until the bad one stands alone, in the order of the records', () => {
    const { runs } = narrow([1, 2, 3, 4, 5], new Set([4]), 'halve');
    expect(runs).toEqual([[1, 2, 3, 4, 5], [1, 2, 3], [4, 5], [4], [5]]);
  });

  it('runs one by one where halves would not tell more', () => {
    const { runs } = narrow([1, 2, 3], new Set([2]), 'single');
    expect(runs).toEqual([[1, 2, 3], [1], [2], [3]]);
  });

  it('finds one bad record of many in twice as many runs as halvings', () => {
    const members = Array.from({ length: 512 }, (_, index) => index);
    for (const bad of [0, 200, 511]) {
      expect(narrow(members, new Set([bad]), 'halve').runs.length).toBeLessThanOrEqual(1 + 2 * 9);
    }
  });

  it('ends each record once, in order, whichever are bad', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (isBad) => {
        const members = isBad.map((_, index) => index);
        const bad = new Set(members.filter((index) => isBad[index]));
        expect(narrow(members, bad, 'halve').ended).toEqual(members);
        expect(narrow(members, bad, 'single').ended).toEqual(members);
      }),
    );
  });

  it('gives up what has not run, in order', () => {
    const narrowing = new Narrowing([1, 2, 3, 4, 5, 6, 7]);
    narrowing.halve(narrowing.next()!);
    narrowing.halve(narrowing.next()!);
    expect(narrowing.next()).toEqual([1, 2]);
    expect(narrowing.takeRest()).toEqual([3, 4, 5, 6, 7]);
    expect(narrowing.next()).toBeUndefined();
  });
});
