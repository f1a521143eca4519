import type { BoundedOutput } from '../bounded-output.js';
import type { ByteSource } from '../byte-source.js';
import { corrupt } from '../codec.errors.js';
import { readTable, tableOfOne, type EntropyTable } from './entropy-table.js';
import type { History } from './history.js';
import { readLiterals } from './literals.js';
import {
  DISTANCE_CODE,
  LITERAL_LENGTH_CODE,
  MATCH_LENGTH_CODE,
  type SequenceCode,
} from './sequence-codes.js';
import { runSequences } from './sequences.js';

export interface BlockToUnpack {
  readonly source: ByteSource;
  readonly blockLimit: number;
  readonly history: History;
  readonly output: BoundedOutput;
}

/** A compressed block: literals, and sequences that each put some of them out and repeat some earlier output. */
export function unpackBlock({ source, blockLimit, history, output }: BlockToUnpack): void {
  const literals = readLiterals(source, blockLimit, history);
  const count = sequenceCount(source);
  if (count === 0) {
    if (source.remaining > 0) throw corrupt('a block goes on after its end');
    output.append(literals.bytes, literals.begin, literals.length);
    return;
  }
  const modes = source.byte();
  if ((modes & 3) !== 0) throw corrupt('the modes of a block are wrong');
  const { literalLengths, distances, matchLengths } = history;
  history.literalLengths = nextTable(source, modes >> 6, LITERAL_LENGTH_CODE, literalLengths);
  history.distances = nextTable(source, (modes >> 4) & 3, DISTANCE_CODE, distances);
  history.matchLengths = nextTable(source, (modes >> 2) & 3, MATCH_LENGTH_CODE, matchLengths);
  const tables = {
    literalLengths: history.literalLengths,
    distances: history.distances,
    matchLengths: history.matchLengths,
  };
  runSequences({ source, count, tables, literals, blockLimit, history, output });
}

function sequenceCount(source: ByteSource): number {
  const first = source.byte();
  if (first < 128) return first;
  if (first < 255) return ((first - 128) << 8) + source.byte();
  return source.littleEndian(2) + 0x7f00;
}

function nextTable(
  source: ByteSource,
  mode: number,
  code: SequenceCode,
  last: EntropyTable | undefined,
): EntropyTable {
  switch (mode) {
    case 0:
      return code.predefined;
    case 1: {
      const symbol = source.byte();
      if (symbol > code.limits.highestSymbol) throw corrupt('a block repeats a code that is none');
      return tableOfOne(symbol);
    }
    case 2:
      return readTable(source, code.limits);
    default:
      if (last === undefined) throw corrupt('a block uses the tables of no other');
      return last;
  }
}
