import { SCENARIOS } from '../scenarios/index.js';
import { SeededRandom } from './random.js';
import { repeated, wordsOf } from './schedule.js';

describe('numbers from a seed', () => {
  it('are the same for the same seed and others for another', () => {
    const first = (seed: number): number[] => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(first(7)).toEqual(first(7));
    expect(first(8)).not.toEqual(first(7));
  });

  it('lie in their range', () => {
    const random = new SeededRandom(1);
    for (let turn = 0; turn < 10_000; turn += 1) {
      const number = random.next();
      expect(number >= 0 && number < 1).toBe(true);
    }
  });

  it('give each name its share', () => {
    const random = new SeededRandom(3);
    const counts = { often: 0, seldom: 0 };
    for (let turn = 0; turn < 10_000; turn += 1)
      counts[random.weighted({ often: 9, seldom: 1 })] += 1;
    expect(counts.seldom).toBeGreaterThan(800);
    expect(counts.seldom).toBeLessThan(1_200);
  });
});

describe('a schedule', () => {
  it.each(SCENARIOS.map(({ id, faults }) => [id, faults] as const))(
    'of %s is the same for the same seed',
    (_, faults) => {
      for (const length of ['smoke', 'full'] as const) {
        const lines = (): string[] => faults(new SeededRandom(42), length).map(wordsOf);
        expect(lines()).toEqual(lines());
      }
    },
  );

  it('keeps repetitions about their distance apart', () => {
    const steps = repeated(new SeededRandom(5), { times: 50, everyMs: 1_000 }, () => ({
      kind: 'redeploy',
      member: 0,
    }));
    for (const [turn, { at }] of steps.entries()) {
      expect(Math.abs(at - 1_000 * (turn + 1))).toBeLessThanOrEqual(100);
    }
  });
});
