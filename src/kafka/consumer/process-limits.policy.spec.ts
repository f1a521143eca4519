import { fitConcurrency } from './process-limits.policy.js';

describe('fitConcurrency', () => {
  it('leaves windows alone that fit together', () => {
    const wanted = new Map([
      ['a', 600],
      ['b', 400],
    ]);
    expect(fitConcurrency(wanted, 1_000)).toBe(wanted);
  });

  it('scales windows down in proportion', () => {
    expect([
      ...fitConcurrency(
        new Map([
          ['a', 600],
          ['b', 200],
        ]),
        400,
      ),
    ]).toEqual([
      ['a', 300],
      ['b', 100],
    ]);
  });

  it('leaves every consumer one slot', () => {
    expect(
      fitConcurrency(
        new Map([
          ['a', 10_000],
          ['b', 1],
        ]),
        10,
      ).get('b'),
    ).toBe(1);
  });
});
