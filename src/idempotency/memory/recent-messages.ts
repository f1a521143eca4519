/** What is known of one message. */
export interface RecentMessage {
  /** Undefined while it runs. */
  fingerprint: string | undefined;
  /** In milliseconds of the clock that is asked. */
  expiresAt: number;
}

/**
 * The last messages seen: at least `size` of them, at most twice as many and what is running, which is never forgotten.
 * Two generations: the younger one takes what is new and what comes again; when it is full the older one is dropped as a
 * whole. So nothing is moved and nothing is looked for when there is no room.
 */
export class RecentMessages {
  #young = new Map<string, RecentMessage>();
  #old = new Map<string, RecentMessage>();

  constructor(private readonly size: number) {}

  get count(): number {
    return this.#young.size + this.#old.size;
  }

  /** Undefined for a message that is not known or whose time is over. */
  find(message: string, now: number): RecentMessage | undefined {
    const young = this.#young.get(message);
    const found = young ?? this.#old.get(message);
    if (found === undefined) return undefined;
    if (found.fingerprint !== undefined && found.expiresAt <= now) {
      this.forget(message);
      return undefined;
    }
    if (young === undefined) {
      this.#old.delete(message);
      this.add(message, found);
    }
    return found;
  }

  add(message: string, known: RecentMessage): void {
    if (this.#young.size >= this.size) this.#age();
    this.#young.set(message, known);
  }

  forget(message: string): void {
    if (!this.#young.delete(message)) this.#old.delete(message);
  }

  #age(): void {
    const dropped = this.#old;
    this.#old = this.#young;
    this.#young = new Map();
    for (const [message, known] of dropped) {
      if (known.fingerprint === undefined) this.#young.set(message, known);
    }
  }
}
