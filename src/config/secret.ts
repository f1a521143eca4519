import { inspect } from 'node:util';

const HIDDEN = '***';

/**
 * A value that never prints: `inspect`, JSON and templates show `***`. It does not encrypt: whoever holds it can
 * reveal it, and what is revealed is plain text again.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
