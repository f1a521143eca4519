import { Interrupted } from '../project.mjs';

// A terminal's Ctrl-C reaches npm and us, and npm hands its own on to us: two signals for one wish, moments apart.
const SAME_REQUEST_MS = 500;

/**
 * Requests to end, from signals. The first aborts `signal`, whose reason is an `Interrupted`; a later one, not merely
 * the first one's echo, calls once what `onAgain` was given. Signals no longer end the process by themselves.
 */
export class EndRequests {
  #controller = new AbortController();
  #firstAt = undefined;
  #again = () => undefined;

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => this.#take(name));
  }

  /** @returns {AbortSignal} */
  get signal() {
    return this.#controller.signal;
  }

  /** The signal to hand on: a closed terminal is a request to end like any other. */
  get name() {
    return this.signal.reason?.signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
  }

  /** @param {() => void} callback */
  onAgain(callback) {
    this.#again = callback;
  }

  #take(name) {
    if (this.#firstAt === undefined) {
      this.#firstAt = Date.now();
      this.#controller.abort(new Interrupted(name));
    } else if (Date.now() - this.#firstAt > SAME_REQUEST_MS) {
      const again = this.#again;
      this.#again = () => undefined;
      again();
    }
  }
}
