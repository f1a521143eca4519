import { Chain } from './chain.js';
import { OffsetRanges } from './offset-ranges.js';

const from = (first: number, last: number, without: readonly number[] = []): OffsetRanges => {
  const offsets = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return OffsetRanges.of(offsets.filter((offset) => !without.includes(offset)));
};

describe('a chain of objects', () => {
  let chain: Chain;

  beforeEach(() => {
    chain = new Chain();
  });

  it('begins with any record when there is no object', () => {
    expect(chain.stepFor(7)).toEqual({ kind: 'open', before: undefined });
  });

  it('has an object read before it says what stands behind its beginning', () => {
    chain.note({ kind: 'chain', first: 10 });
    expect(chain.stepFor(10)).toEqual({ kind: 'read', first: 10 });
    expect(chain.stepFor(99)).toEqual({ kind: 'read', first: 10 });
  });

  it('goes on behind the last record of the object before', () => {
    chain.learn(10, from(10, 30));
    expect(chain.stepFor(31)).toEqual({ kind: 'open', before: undefined });
    expect(chain.lastFirst).toBe(10);
  });

  it('holds what stands in an object, judged by its records', () => {
    chain.learn(10, from(10, 30));
    const object = { kind: 'chain', first: 10 };
    for (const offset of [10, 20, 30])
      expect(chain.stepFor(offset)).toEqual({ kind: 'contained', object });
  });

  it('puts what an object was landed without into an object of its own', () => {
    chain.learn(10, from(10, 30, [20]));
    expect(chain.stepFor(20)).toEqual({ kind: 'single' });
    chain.note({ kind: 'single', first: 20 });
    expect(chain.hasSingle(20)).toBe(true);
    expect(chain.stepFor(20)).toEqual({
      kind: 'contained',
      object: { kind: 'single', first: 20 },
    });
  });

  it('closes a gap between two objects before the second begins', () => {
    chain.learn(10, from(10, 19));
    chain.note({ kind: 'chain', first: 40 });
    expect(chain.stepFor(25)).toEqual({ kind: 'open', before: 40 });
    expect(chain.stepFor(5)).toEqual({ kind: 'open', before: 10 });
  });

  it('has an object read again when it has learnt of many since', () => {
    for (let first = 0; first < 100; first += 10) chain.learn(first, from(first, first + 9));
    expect(chain.stepFor(95)).toMatchObject({ kind: 'contained' });
    expect(chain.stepFor(5)).toEqual({ kind: 'read', first: 0 });
  });

  it('keeps what it has learnt when it is told of the object again', () => {
    chain.learn(10, from(10, 30));
    chain.note({ kind: 'chain', first: 10 });
    expect(chain.stepFor(30)).toMatchObject({ kind: 'contained' });
  });
});
