import type { RecordOrigin, Turn } from '../../../record/index.js';
import { LevelKeys } from './level-keys.js';

const NOW: Turn = { kind: 'now' };

/**
 * Which keys of one source partition stand on which level of its retry topics, without asking anybody. With it the records
 * of a key stay in order: those on a higher level are older, those of one level are in the order of their offsets, and a
 * record is tried only when no level above its own has its key. Level 0 is the source.
 */
export class KeyTable {
  private readonly levels: readonly LevelKeys[];

  /** `source`: topic and partition, as `topic-partition`. */
  constructor(source: string, levels: number) {
    this.levels = Array.from({ length: levels }, () => new LevelKeys(source));
  }

  /** The keys of a level, from 1 on. */
  at(level: number): LevelKeys {
    return this.levels[level - 1]!;
  }

  /** Whether records of that level may have their turn: every level above it is known. */
  isOpenTo(level: number): boolean {
    return this.levels.slice(level).every(({ isKnown }) => isKnown);
  }

  /** What a record of that level may do; `origin` where it could have moved on untold. It goes behind the nearest of its key, which is the youngest of the older ones. */
  turnOf(level: number, key: string | null, origin?: RecordOrigin): Turn {
    for (let above = level + 1; above <= this.levels.length; above += 1) {
      if (origin !== undefined && this.at(above).hasMoved(origin))
        return { kind: 'gone', level: above };
    }
    if (key === null) return NOW;
    for (let above = level + 1; above <= this.levels.length; above += 1) {
      if (this.at(above).has(key)) return { kind: 'behind', level: above };
    }
    return NOW;
  }
}
