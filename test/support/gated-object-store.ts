import { ObjectStore, type Creation } from '../../src/connections/object-storage/index.js';

/** What becomes of one call to the store: it is answered, or the caller ends before it, or behind it without knowing. */
export type CallFate = 'answered' | 'dies before' | 'dies behind';

export class DiedError extends Error {}

interface Waiting {
  go(fate: CallFate): void;
}

/** Decides in which order the calls of several writers reach a store, one at a time, and which writer ends at which. */
export class StoreGate {
  private readonly waiting: Waiting[] = [];
  private running = 0;
  private changed: () => void = () => undefined;

  /** Runs a writer whose calls to the store it is given go through the gate. Resolves when it ended, however it did. */
  async run(store: ObjectStore, work: (gated: ObjectStore) => Promise<void>): Promise<void> {
    this.running += 1;
    try {
      await work(new GatedStore(store, () => this.pass()));
    } catch (error) {
      if (!(error instanceof DiedError)) throw error;
    } finally {
      this.running -= 1;
      this.changed();
    }
  }

  /** Lets one call after the other through, until no writer runs any more. */
  async conduct(
    next: (waiting: number) => { readonly index: number; readonly fate: CallFate },
  ): Promise<void> {
    for (;;) {
      // Only when each writer waits here is the order of what follows decided here alone.
      while (this.waiting.length < this.running)
        await new Promise<void>((resolve) => (this.changed = resolve));
      if (this.running === 0) return;
      const { index, fate } = next(this.waiting.length);
      const [call] = this.waiting.splice(index, 1);
      const moved = new Promise<void>((resolve) => (this.changed = resolve));
      call!.go(fate);
      await moved;
    }
  }

  private pass(): Promise<CallFate> {
    return new Promise((resolve) => {
      this.waiting.push({ go: resolve });
      this.changed();
    });
  }
}

class GatedStore extends ObjectStore {
  constructor(
    private readonly store: ObjectStore,
    private readonly pass: () => Promise<CallFate>,
  ) {
    super();
  }

  create(name: string, bytes: Uint8Array): Promise<Creation> {
    return this.call(() => this.store.create(name, bytes));
  }

  read(name: string): Promise<Buffer | undefined> {
    return this.call(() => this.store.read(name));
  }

  list(folder: string, after?: string): Promise<string[]> {
    return this.call(() => this.store.list(folder, after));
  }

  folders(folder: string): Promise<string[]> {
    return this.call(() => this.store.folders(folder));
  }

  sweep(folder: string): Promise<void> {
    return this.store.sweep(folder);
  }

  ping(): Promise<void> {
    return this.store.ping();
  }

  private async call<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const fate = await this.pass();
    if (fate === 'dies before') throw new DiedError();
    const answer = await work();
    if (fate === 'dies behind') throw new DiedError();
    return answer;
  }
}
