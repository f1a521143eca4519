import type { Instant } from '../../../values/index.js';
import { placeName, type Entity, type MergeMessage, type Place } from '../domain/index.js';

/** What became of a message: it is in an accepted event, or says only what was accepted. */
export type Settled = 'accepted' | 'repeat';

export interface BufferedMessage extends MergeMessage {
  readonly bytes: number;
  /** Its partition is not this process's any more. */
  isLost(): boolean;
}

/** A message whose record waits for what becomes of it. */
export class PendingMessage implements MergeMessage {
  readonly name: string;
  readonly place: Place;
  readonly at: Instant;
  readonly entities: readonly Entity[];
  readonly bytes: number;
  readonly ended: Promise<Settled>;
  #settle!: (settled: Settled) => void;
  #fail!: (error: Error) => void;

  /** `since`: when it came, in milliseconds of any clock. */
  constructor(
    private readonly message: BufferedMessage,
    readonly since: number,
  ) {
    this.place = message.place;
    this.at = message.at;
    this.entities = message.entities;
    this.bytes = message.bytes;
    this.name = placeName(message.place);
    this.ended = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
  }

  get isLost(): boolean {
    return this.message.isLost();
  }

  settle(settled: Settled): void {
    this.#settle(settled);
  }

  fail(error: Error): void {
    this.#fail(error);
  }
}
