interface Waiting {
  readonly enter: () => void;
  readonly refuse: (reason: Error) => void;
}

/** Lets a fixed number in at a time, the others in the order in which they came. */
export class Turnstile {
  readonly #waiting: Waiting[] = [];
  #free: number;
  #closed: Error | undefined;

  constructor(places: number) {
    this.#free = places;
  }

  async enter(): Promise<void> {
    if (this.#closed !== undefined) throw this.#closed;
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((enter, refuse) => this.#waiting.push({ enter, refuse }));
  }

  /** Gives a place back: to the one that has waited longest, when somebody waits. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next.enter();
  }

  /** From now on nobody enters; those who wait are refused with the same reason. */
  close(reason: Error): void {
    this.#closed = reason;
    for (const waiting of this.#waiting.splice(0)) waiting.refuse(reason);
  }
}
