import { buildTable, type EntropyTable, type TableLimits } from './entropy-table.js';

/** What RFC 8878 fixes for one of the three numbers of a sequence. */
export interface SequenceCode {
  readonly limits: TableLimits;
  readonly predefined: EntropyTable;
}

/** A code stands for a base and a number of further bits. */
interface Lengths {
  readonly bases: readonly number[];
  readonly bits: readonly number[];
}

const repeated = (value: number, times: number): number[] =>
  Array.from({ length: times }, () => value);

function lengths(first: number, bits: readonly number[]): Lengths {
  let base = first;
  const bases = bits.map((count) => {
    const own = base;
    base += 2 ** count;
    return own;
  });
  return { bases, bits };
}

export const LITERAL_LENGTHS = lengths(0, [
  ...repeated(0, 16),
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
]);

export const MATCH_LENGTHS = lengths(3, [
  ...repeated(0, 32),
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
]);

export const LITERAL_LENGTH_CODE: SequenceCode = {
  limits: { highestAccuracy: 9, highestSymbol: 35 },
  predefined: buildTable(6, [
    ...[4, 3, ...repeated(2, 11), 1, 1, 1, ...repeated(2, 9), 3, 2, ...repeated(1, 5)],
    ...repeated(-1, 4),
  ]),
};

export const DISTANCE_CODE: SequenceCode = {
  limits: { highestAccuracy: 8, highestSymbol: 31 },
  predefined: buildTable(5, [
    ...[...repeated(1, 6), 2, 2, 2, ...repeated(1, 15)],
    ...repeated(-1, 5),
  ]),
};

export const MATCH_LENGTH_CODE: SequenceCode = {
  limits: { highestAccuracy: 9, highestSymbol: 52 },
  predefined: buildTable(6, [1, 4, 3, ...repeated(2, 6), ...repeated(1, 37), ...repeated(-1, 7)]),
};
