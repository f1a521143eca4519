import { Fifo } from '../ordering/index.js';

/** Records of one partition that are to start in the order in which they came, once there is room for them. */
export class HeldStarts<Entry> {
  private readonly waiting = new Fifo<Entry>();
  /** Let go and not started yet: none that came later starts before them. */
  private readonly letGo = new Set<Entry>();

  get size(): number {
    return this.waiting.size + this.letGo.size;
  }

  /** Those let go that have not started. */
  get coming(): number {
    return this.letGo.size;
  }

  /** True when it starts later; one that was let go starts now. */
  holdBack(entry: Entry, hasRoom: boolean): boolean {
    if (this.letGo.delete(entry) || (hasRoom && this.size === 0)) return false;
    this.waiting.push(entry);
    return true;
  }

  /** It starts whatever the others do. Always false. */
  forget(entry: Entry): false {
    this.letGo.delete(entry);
    return false;
  }

  /** Lets the next one go. */
  next(): Entry | undefined {
    const entry = this.waiting.take();
    if (entry !== undefined) this.letGo.add(entry);
    return entry;
  }
}
