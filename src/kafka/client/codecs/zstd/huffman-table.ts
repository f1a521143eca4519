import type { ByteSource } from '../byte-source.js';
import { corrupt } from '../codec.errors.js';
import { readTable } from './entropy-table.js';
import { ReverseBits } from './reverse-bits.js';

const LONGEST_CODE = 11;
const MOST_WEIGHTS = 255;

/** By the next `codeBits` bits, the symbol and how many of them are its code. */
export interface HuffmanTable {
  readonly codeBits: number;
  readonly symbols: Uint8Array;
  readonly lengths: Uint8Array;
}

export function readHuffmanTable(source: ByteSource): HuffmanTable {
  const header = source.byte();
  const weights =
    header < 128 ? packedWeights(source.take(header)) : plainWeights(source, header - 127);
  let total = 0;
  for (const weight of weights) {
    if (weight > LONGEST_CODE) throw corrupt('a Huffman code is too long');
    total += weight === 0 ? 0 : 1 << (weight - 1);
  }
  const codeBits = 32 - Math.clz32(total);
  const rest = (1 << codeBits) - total;
  if (total === 0 || codeBits > LONGEST_CODE || (rest & (rest - 1)) !== 0) {
    throw corrupt('a Huffman table is incomplete');
  }
  // The last symbol's weight is what completes the table.
  return buildTable(codeBits, [...weights, 32 - Math.clz32(rest)]);
}

function plainWeights(source: ByteSource, count: number): number[] {
  const weights: number[] = [];
  while (weights.length < count) {
    const byte = source.byte();
    weights.push(byte >> 4, byte & 15);
  }
  return weights.slice(0, count);
}

/** Two states take turns; when the bits of one have run out, the other gives the last weight. */
function packedWeights(source: ByteSource): number[] {
  const table = readTable(source, { highestAccuracy: 6, highestSymbol: 255 });
  const bits = new ReverseBits(source.bytes, source.position, source.end);
  const states = [bits.read(table.accuracy), bits.read(table.accuracy)];
  if (bits.remaining < 0) throw corrupt('the weights of a Huffman table end too early');
  const weights: number[] = [];
  for (let turn = 0; ; turn = 1 - turn) {
    if (weights.length > MOST_WEIGHTS - 2) throw corrupt('a Huffman table has too many weights');
    const state = states[turn]!;
    weights.push(table.symbols[state]!);
    states[turn] = table.bases[state]! + bits.read(table.bits[state]!);
    if (bits.remaining < 0) {
      weights.push(table.symbols[states[1 - turn]!]!);
      return weights;
    }
  }
}

/** The longest codes, which have the lowest weight, come first, and symbols of one weight in their order. */
function buildTable(codeBits: number, weights: readonly number[]): HuffmanTable {
  const symbols = new Uint8Array(1 << codeBits);
  const lengths = new Uint8Array(1 << codeBits);
  let position = 0;
  for (let weight = 1; weight <= codeBits; weight += 1) {
    const width = 1 << (weight - 1);
    weights.forEach((each, symbol) => {
      if (each !== weight) return;
      symbols.fill(symbol, position, position + width);
      lengths.fill(codeBits + 1 - weight, position, position + width);
      position += width;
    });
  }
  return { codeBits, symbols, lengths };
}

/** Reads one stream of codes, which must end exactly when `target` is full. */
export function readCodes(source: ByteSource, table: HuffmanTable, target: Buffer): void {
  const { codeBits, symbols, lengths } = table;
  const { bytes, position: begin } = source;
  const bits = new ReverseBits(bytes, begin, source.end);
  const mask = (1 << codeBits) - 1;
  const length = target.length;
  let index = 0;
  let remaining = bits.remaining;
  // The inner loop of most batches: it reads by itself while a whole code is there.
  for (; index < length && remaining >= codeBits; index += 1) {
    const from = remaining - codeBits;
    const at = begin + (from >> 3);
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    const code = (word >>> (from & 7)) & mask;
    target[index] = symbols[code]!;
    remaining -= lengths[code]!;
  }
  bits.remaining = remaining;
  for (; index < length; index += 1) {
    const code = bits.peek(codeBits);
    target[index] = symbols[code]!;
    bits.remaining -= lengths[code]!;
  }
  if (bits.remaining !== 0) throw corrupt('a Huffman stream has another length than it says');
}
