import { isWithin, rangeText, Refusal, type Parser, type Range } from './parser.js';

const UNITS = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1000],
  ['mb', 1000 ** 2],
  ['gb', 1000 ** 3],
  ['kib', 1024],
  ['mib', 1024 ** 2],
  ['gib', 1024 ** 3],
]);

/** Bytes; a bare number is bytes, KB, MB, GB count in thousands and KiB, MiB, GiB in 1024s. */
export function byteSize(range: Range = {}): Parser<number> {
  const limits = { min: 1, max: Number.MAX_SAFE_INTEGER, ...range };
  const shown = { min: range.min, max: range.max };
  return {
    expects: `a size such as 64MiB, 10MB or 1024 (bytes)${rangeText(shown, byteSizeText)}`,
    parse: (text) => {
      const [, number, unit] = /^(\d{1,16}(?:\.\d{1,6})?)\s*([a-z]*)$/i.exec(text) ?? [];
      if (number === undefined || unit === undefined) return new Refusal();
      const factor = UNITS.get(unit.toLowerCase());
      if (factor === undefined)
        return new Refusal('the unit is one of B, KB, MB, GB, KiB, MiB, GiB');
      const bytes = Math.round(Number(number) * factor);
      return isWithin(bytes, limits) ? bytes : new Refusal('out of range');
    },
  };
}

function byteSizeText(bytes: number): string {
  const fitting = ['GiB', 'MiB', 'KiB'].find((unit) => bytes % factorOf(unit) === 0);
  return fitting === undefined ? String(bytes) : `${bytes / factorOf(fitting)}${fitting}`;
}

function factorOf(unit: string): number {
  return UNITS.get(unit.toLowerCase()) ?? 1;
}
