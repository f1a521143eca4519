import { isWithin, rangeText, Refusal, type Parser, type Range } from './parser.js';

export function integer(range: Range = {}): Parser<number> {
  return {
    expects: `a whole number${rangeText(range)}`,
    parse: (text) => {
      if (!/^[+-]?\d{1,16}$/.test(text)) return new Refusal();
      const value = Number(text);
      if (!Number.isSafeInteger(value)) return new Refusal('out of range');
      return isWithin(value, range) ? value : new Refusal('out of range');
    },
  };
}

export function decimal(range: Range = {}): Parser<number> {
  return {
    expects: `a number${rangeText(range)}`,
    parse: (text) => {
      if (!/^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text)) return new Refusal();
      const value = Number(text);
      return isWithin(value, range) ? value : new Refusal('out of range');
    },
  };
}
