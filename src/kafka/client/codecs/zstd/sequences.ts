import type { BoundedOutput } from '../bounded-output.js';
import type { ByteSource } from '../byte-source.js';
import { corrupt } from '../codec.errors.js';
import type { EntropyTable } from './entropy-table.js';
import type { History } from './history.js';
import type { Literals } from './literals.js';
import { ReverseBits } from './reverse-bits.js';
import { LITERAL_LENGTHS, MATCH_LENGTHS } from './sequence-codes.js';

interface Tables {
  readonly literalLengths: EntropyTable;
  readonly distances: EntropyTable;
  readonly matchLengths: EntropyTable;
}

export interface SequencesToRun {
  readonly source: ByteSource;
  readonly count: number;
  readonly tables: Tables;
  readonly literals: Literals;
  readonly blockLimit: number;
  readonly history: History;
  readonly output: BoundedOutput;
}

/** Larger ones reach further back than any output of ours. */
const HIGHEST_DISTANCE_CODE = 30;

/** Puts out what the sequences say and the literals that remain. It never writes past the end of a largest block. */
export function runSequences(work: SequencesToRun): void {
  const { source, count, tables, literals, history, output } = work;
  const blockEnd = output.position + work.blockLimit;
  const sequences = new SequenceReader(source, tables);
  let at = literals.begin;
  const end = literals.begin + literals.length;
  for (let left = count; left > 0; left -= 1) {
    sequences.read(left === 1);
    const { literalLength, matchLength } = sequences;
    if (literalLength > end - at) throw corrupt('a block uses more literals than it has');
    if (output.position + literalLength + matchLength > blockEnd)
      throw corrupt('a block is too long');
    output.append(literals.bytes, at, literalLength);
    at += literalLength;
    const distance = resolve(sequences.distance, literalLength, history.recentDistances);
    output.repeat(distance, matchLength, history.begin);
  }
  sequences.finish();
  if (output.position + end - at > blockEnd) throw corrupt('a block is too long');
  output.append(literals.bytes, at, end - at);
}

/** The values 1 to 3 stand for one of the last distances, which the one found is put in front of. */
function resolve(value: number, literalLength: number, recent: History['recentDistances']): number {
  const choice = value > 3 ? 4 : value - (literalLength > 0 ? 1 : 0);
  if (choice === 0) return recent[0];
  const distance = chosen(choice, value, recent);
  if (choice > 1) recent[2] = recent[1];
  recent[1] = recent[0];
  recent[0] = distance;
  return distance;
}

function chosen(choice: number, value: number, recent: History['recentDistances']): number {
  switch (choice) {
    case 1:
      return recent[1];
    case 2:
      return recent[2];
    case 3:
      return recent[0] - 1;
    default:
      return value - 3;
  }
}

/** Three interleaved states; each sequence's numbers stay in the fields until the next one is read. */
class SequenceReader {
  literalLength = 0;
  matchLength = 0;
  /** As it is coded, see resolve. */
  distance = 0;
  private readonly bits: ReverseBits;
  private literalState: number;
  private distanceState: number;
  private matchState: number;

  constructor(
    source: ByteSource,
    private readonly tables: Tables,
  ) {
    this.bits = new ReverseBits(source.bytes, source.position, source.end);
    this.literalState = this.bits.read(tables.literalLengths.accuracy);
    this.distanceState = this.bits.read(tables.distances.accuracy);
    this.matchState = this.bits.read(tables.matchLengths.accuracy);
  }

  read(isLast: boolean): void {
    const { bits, tables } = this;
    const distanceCode = tables.distances.symbols[this.distanceState]!;
    const matchCode = tables.matchLengths.symbols[this.matchState]!;
    const literalCode = tables.literalLengths.symbols[this.literalState]!;
    this.distance = this.readDistance(distanceCode);
    this.matchLength = MATCH_LENGTHS.bases[matchCode]! + bits.read(MATCH_LENGTHS.bits[matchCode]!);
    this.literalLength =
      LITERAL_LENGTHS.bases[literalCode]! + bits.read(LITERAL_LENGTHS.bits[literalCode]!);
    if (!isLast) {
      this.literalState = this.next(tables.literalLengths, this.literalState);
      this.matchState = this.next(tables.matchLengths, this.matchState);
      this.distanceState = this.next(tables.distances, this.distanceState);
    }
    if (bits.remaining < 0) throw corrupt('the sequences of a block end too early');
  }

  finish(): void {
    if (this.bits.remaining !== 0) throw corrupt('a block has more sequences than it says');
  }

  /** In two reads, since one gives 25 bits at most. */
  private readDistance(code: number): number {
    if (code > HIGHEST_DISTANCE_CODE) throw corrupt('a match reaches too far back');
    if (code <= 16) return (1 << code) + this.bits.read(code);
    const high = this.bits.read(code - 16);
    return (1 << code) + (high << 16) + this.bits.read(16);
  }

  private next(table: EntropyTable, state: number): number {
    return table.bases[state]! + this.bits.read(table.bits[state]!);
  }
}
