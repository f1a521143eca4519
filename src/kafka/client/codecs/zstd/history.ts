import type { EntropyTable } from './entropy-table.js';
import type { HuffmanTable } from './huffman-table.js';

/** What a block of a frame takes from the blocks before it. */
export interface History {
  /** Where the frame's output begins; no match reaches further back. */
  readonly begin: number;
  readonly recentDistances: [number, number, number];
  huffman: HuffmanTable | undefined;
  literalLengths: EntropyTable | undefined;
  distances: EntropyTable | undefined;
  matchLengths: EntropyTable | undefined;
}

export function newHistory(begin: number): History {
  return {
    begin,
    recentDistances: [1, 4, 8],
    huffman: undefined,
    literalLengths: undefined,
    distances: undefined,
    matchLengths: undefined,
  };
}
