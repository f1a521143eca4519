import { JoinChain } from './join-chain.js';

const join = (generation: number, memberId = 'm', isGuarded = true) => ({
  generation,
  memberId,
  isGuarded,
});

/** Joins in turn; only the last one gets an assignment. */
const after = (first: number, ...joins: ReturnType<typeof join>[]): number | undefined => {
  const chain = new JoinChain();
  chain.answered(join(first));
  chain.complete();
  for (const each of joins) chain.answered(each);
  return chain.complete();
};

describe('JoinChain', () => {
  it('starts anew at the first join', () => {
    const chain = new JoinChain();
    chain.answered(join(1));
    expect(chain.complete()).toBeUndefined();
  });

  it('goes on from the generation before, guarded or not', () => {
    expect(after(4, join(5))).toBe(4);
    expect(after(4, join(5, 'm', false))).toBe(4);
  });

  it('goes on over guarded generations whose assignment never came', () => {
    expect(after(4, join(5), join(6), join(7))).toBe(4);
  });

  it('starts anew after one without an assignment that was not guarded', () => {
    expect(after(4, join(5, 'm', false), join(6))).toBeUndefined();
  });

  it('starts anew after a generation that it did not join, and as another member', () => {
    expect(after(4, join(6))).toBeUndefined();
    expect(after(4, join(6), join(7))).toBeUndefined();
    expect(after(4, join(5, 'n'))).toBeUndefined();
    expect(after(4, join(5, 'n'), join(6, 'm'))).toBeUndefined();
  });

  it('goes on when the broker repeats its answer', () => {
    expect(after(4, join(5), join(5))).toBe(4);
    expect(after(4, join(4))).toBe(4);
  });

  it('goes on again after it started anew', () => {
    const chain = new JoinChain();
    for (const generation of [1, 7, 8]) {
      chain.answered(join(generation));
      if (generation !== 8) chain.complete();
    }
    expect(chain.complete()).toBe(7);
  });
});
