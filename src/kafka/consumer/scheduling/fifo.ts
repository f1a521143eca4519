const COMPACT_AFTER = 1024;

/** First in, first out, without moving what waits at each take. */
export class Fifo<Item> {
  private items: Item[] = [];
  private first = 0;

  get size(): number {
    return this.items.length - this.first;
  }

  push(item: Item): void {
    this.items.push(item);
  }

  take(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.items[this.first];
    this.items[this.first] = undefined as Item;
    this.first += 1;
    if (this.first >= COMPACT_AFTER && this.first * 2 >= this.items.length) {
      this.items = this.items.slice(this.first);
      this.first = 0;
    }
    return item;
  }
}
