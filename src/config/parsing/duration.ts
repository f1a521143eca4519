import { isWithin, rangeText, Refusal, type Parser, type Range } from './parser.js';

const UNITS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** The longest wait of a Node timer; a longer one would fire at once. */
export const LONGEST_TIMER_MS = 24 * 86_400_000;

/** Milliseconds, from a number and its unit. A bare number is refused: nobody can tell seconds from milliseconds. */
export function duration(range: Range = {}): Parser<number> {
  const limits = { min: 1, max: LONGEST_TIMER_MS, ...range };
  return {
    expects: `a duration such as 500ms, 30s, 5m, 1h or 7d${rangeText(limits, durationText)}`,
    parse: (text) => {
      const [, number, unit] = /^(\d{1,15}(?:\.\d{1,6})?)\s*([a-z]*)$/i.exec(text) ?? [];
      if (number === undefined || unit === undefined) return new Refusal();
      if (unit === '') return new Refusal('a number needs its unit: ms, s, m, h or d');
      const factor = UNITS.get(unit.toLowerCase());
      if (factor === undefined) return new Refusal('the unit is one of ms, s, m, h, d');
      const milliseconds = Math.round(Number(number) * factor);
      return isWithin(milliseconds, limits) ? milliseconds : new Refusal('out of range');
    },
  };
}

/** The shortest whole form: `90000` is `90s`, `3600000` is `1h`. */
export function durationText(milliseconds: number): string {
  const fitting = [...UNITS].reverse().find(([, factor]) => milliseconds % factor === 0);
  const [unit, factor] = milliseconds === 0 || fitting === undefined ? ['ms', 1] : fitting;
  return `${milliseconds / Number(factor)}${unit}`;
}
