import { EMPTY_CHAIN, type ChainHead, type StoredEntry } from './audited-record.js';
import { hashOf } from './entry-hash.js';

export type ChainFault = 'changed' | 'removed' | 'inserted' | 'not linked';

export interface ChainFinding {
  readonly kind: ChainFault;
  readonly sequence: bigint;
  /** Of the row that is named; absent where there is none. */
  readonly offset?: bigint;
  readonly detail: string;
}

/**
 * Goes along one chain from its first entry on and tells what does not fit. Keeps the end of what it has seen and nothing
 * else, however long the chain. It finds what was done to single rows; a chain whose every later hash was worked out
 * anew fits again, and only a hash that is kept elsewhere tells.
 */
export class ChainWalk {
  private last: ChainHead = EMPTY_CHAIN;
  private count = 0;

  /** The end of what was walked. */
  get end(): ChainHead {
    return this.last;
  }

  get entries(): number {
    return this.count;
  }

  /** Takes the next row by sequence, equal ones in any order. */
  take(entry: StoredEntry): ChainFinding[] {
    this.count += 1;
    const { sequence, offset } = entry;
    const findings: ChainFinding[] = [];
    const name = (kind: ChainFault, detail: string): void => {
      findings.push({ kind, sequence, offset, detail });
    };
    if (!hashOf(entry).equals(entry.hash)) name('changed', 'its hash is not that of its columns');
    const expected = this.last.sequence + 1n;
    if (sequence < expected) {
      name('inserted', 'its sequence is taken');
      return findings;
    }
    if (sequence > expected) findings.push(missing(expected, sequence - 1n));
    else if (!entry.previousHash.equals(this.last.hash)) {
      name('not linked', 'its previous hash is not the hash of the entry before it');
    }
    this.last = { sequence, hash: entry.hash };
    return findings;
  }

  /**
   * Compares with the chain's head as it was noted before the walk and after it: entries are appended meanwhile, so the
   * end of the walk lies between the two.
   */
  finish(before: ChainHead, after: ChainHead): ChainFinding[] {
    const { sequence, hash } = this.last;
    if (sequence < before.sequence) return [missing(sequence + 1n, before.sequence)];
    if (sequence > after.sequence) {
      const detail = `the chain was noted to end with ${after.sequence}`;
      return [{ kind: 'inserted', sequence, detail }];
    }
    if (sequence !== before.sequence || hash.equals(before.hash)) return [];
    return [{ kind: 'changed', sequence, detail: 'its hash is not the one noted for the end' }];
  }
}

function missing(first: bigint, last: bigint): ChainFinding {
  const which = first === last ? `entry ${first} is` : `entries ${first} to ${last} are`;
  return { kind: 'removed', sequence: first, detail: `${which} missing` };
}
