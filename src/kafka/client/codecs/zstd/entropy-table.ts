import type { ByteSource } from '../byte-source.js';
import { corrupt } from '../codec.errors.js';

/** A table of finite state entropy coding: by state, the symbol, and the next state as a base and some bits to read. */
export interface EntropyTable {
  readonly accuracy: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

export interface TableLimits {
  readonly highestAccuracy: number;
  readonly highestSymbol: number;
}

/** A probability of less than one; it takes one state. */
const LESS_THAN_ONE = -1;

/** The table of a single symbol, which takes no bits. */
export function tableOfOne(symbol: number): EntropyTable {
  return {
    accuracy: 0,
    symbols: Uint8Array.of(symbol),
    bits: new Uint8Array(1),
    bases: new Uint16Array(1),
  };
}

/** Reads the probabilities and passes over them, to the next whole byte. */
export function readTable(source: ByteSource, limits: TableLimits): EntropyTable {
  const bits = new ForwardBits(source);
  const accuracy = bits.read(4) + 5;
  if (accuracy > limits.highestAccuracy) throw corrupt('an entropy table is too fine');
  const probabilities: number[] = [];
  let remaining = 1 << accuracy;
  while (remaining > 0) {
    if (probabilities.length > limits.highestSymbol) throw corrupt('an entropy table has no end');
    const probability = bits.readBelow(remaining + 1) - 1;
    remaining -= Math.abs(probability);
    probabilities.push(probability);
    if (probability !== 0) continue;
    for (let zeros = 3; zeros === 3 && probabilities.length <= limits.highestSymbol;) {
      zeros = bits.read(2);
      for (let count = zeros; count > 0; count -= 1) probabilities.push(0);
    }
  }
  if (probabilities.length > limits.highestSymbol + 1)
    throw corrupt('an entropy table is too long');
  bits.finish();
  return buildTable(accuracy, probabilities);
}

/** Spreads the symbols over the states. */
export function buildTable(accuracy: number, probabilities: readonly number[]): EntropyTable {
  const size = 1 << accuracy;
  const symbols = new Uint8Array(size);
  let high = size;
  probabilities.forEach((probability, symbol) => {
    if (probability === LESS_THAN_ONE) symbols[(high -= 1)] = symbol;
  });
  const step = (size >> 1) + (size >> 3) + 3;
  let state = 0;
  probabilities.forEach((probability, symbol) => {
    for (let count = probability; count > 0; count -= 1) {
      symbols[state] = symbol;
      do state = (state + step) & (size - 1);
      while (state >= high);
    }
  });
  return { accuracy, symbols, ...transitions(accuracy, symbols, probabilities) };
}

function transitions(
  accuracy: number,
  symbols: Uint8Array,
  probabilities: readonly number[],
): Pick<EntropyTable, 'bits' | 'bases'> {
  const size = 1 << accuracy;
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  const next = probabilities.map((probability) => Math.abs(probability));
  for (let state = 0; state < size; state += 1) {
    const symbol = symbols[state]!;
    const number = next[symbol]!;
    next[symbol] = number + 1;
    bits[state] = accuracy - (31 - Math.clz32(number));
    bases[state] = (number << bits[state]!) - size;
  }
  return { bits, bases };
}

/** Bits from the lowest of each byte on. */
class ForwardBits {
  private word = 0;
  private count = 0;

  constructor(private readonly source: ByteSource) {}

  read(count: number): number {
    this.fetch(count);
    const value = this.word & ((1 << count) - 1);
    this.drop(count);
    return value;
  }

  /** A number from 0 to `highest`; the lower ones take one bit less. */
  readBelow(highest: number): number {
    const count = 32 - Math.clz32(highest);
    const lower = (1 << (count - 1)) - 1;
    const short = (1 << count) - 1 - highest;
    this.fetch(count - 1);
    if ((this.word & lower) < short) return this.read(count - 1);
    const value = this.read(count);
    return value > lower ? value - short : value;
  }

  /** Whole bytes only are fetched, and only when needed, so there is nothing to give back. */
  finish(): void {
    this.drop(this.count);
  }

  private fetch(count: number): void {
    for (; this.count < count; this.count += 8) this.word |= this.source.byte() << this.count;
  }

  private drop(count: number): void {
    this.word >>>= count;
    this.count -= count;
  }
}
