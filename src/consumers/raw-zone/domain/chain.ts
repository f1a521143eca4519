import type { ObjectName } from './object-name.js';
import type { OffsetRanges } from './offset-ranges.js';

/** What is to be done with the next record of a chain. */
export type ChainStep =
  /** That object's records have to be known first. */
  | { readonly kind: 'read'; readonly first: number }
  /** It stands in that object already. */
  | { readonly kind: 'contained'; readonly object: ObjectName }
  /** It lies between records that an object holds without it: it gets an object of its own. */
  | { readonly kind: 'single' }
  /** It begins an object, whose records all stand before `before` when there is an object that follows. */
  | { readonly kind: 'open'; readonly before: number | undefined };

/** So many contents are kept: where reading goes on, and not what lies far behind it, which can be read again. */
const KEPT_CONTENTS = 8;

/**
 * The objects of one partition and one day, one behind the other. Their names alone say where each begins; what it holds,
 * and so where the next may begin, is known only from its records.
 *
 * Two writers that know of the same objects and read the same log open the next one at the same record, and so under the
 * same name, of which the storage gives one. That is what keeps a record from standing in two objects, whenever either of
 * them was stopped, and however differently they end theirs.
 */
export class Chain {
  /** Ascending. */
  private readonly firsts: number[] = [];
  private readonly contents = new Map<number, OffsetRanges>();
  private readonly singles = new Set<number>();

  /** There is an object of that name. */
  note({ kind, first }: ObjectName): void {
    if (kind === 'single') this.singles.add(first);
    else this.insert(first);
  }

  /** There is an object of the chain that holds those records. */
  learn(first: number, offsets: OffsetRanges): void {
    this.insert(first);
    this.contents.set(first, offsets);
    if (this.contents.size > KEPT_CONTENTS)
      this.contents.delete(this.contents.keys().next().value!);
  }

  /** The object that begins last. */
  get lastFirst(): number | undefined {
    return this.firsts.at(-1);
  }

  /** Whether the record has an object of its own. */
  hasSingle(offset: number): boolean {
    return this.singles.has(offset);
  }

  stepFor(offset: number): ChainStep {
    if (this.hasSingle(offset)) {
      return { kind: 'contained', object: { kind: 'single', first: offset } };
    }
    const next = this.behind(offset);
    const first = this.firsts[next - 1];
    if (first === undefined) return { kind: 'open', before: this.firsts[next] };
    const offsets = this.contents.get(first);
    if (offsets === undefined) return { kind: 'read', first };
    if (offsets.has(offset)) return { kind: 'contained', object: { kind: 'chain', first } };
    if (offset < (offsets.last ?? -1)) return { kind: 'single' };
    return { kind: 'open', before: this.firsts[next] };
  }

  private insert(first: number): void {
    const index = this.behind(first);
    if (this.firsts[index - 1] !== first) this.firsts.splice(index, 0, first);
  }

  /** The number of objects that begin at the offset or before it. */
  private behind(offset: number): number {
    let low = 0;
    let high = this.firsts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.firsts[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
