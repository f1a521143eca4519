import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';

/** What was accepted, by idempotency key; in a file where one is named, so that it outlives the process. */
export class AcceptedEvents {
  /** @type {Map<string, string>} the body by the key, in the order of acceptance */
  #bodies = new Map();
  #entities = new Map();

  /** @param {string} [file] */
  constructor(file) {
    this.file = file;
    if (file === undefined || !existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
      const [key, body] = JSON.parse(line);
      this.#apply(key, body);
    }
  }

  /** The body that the key was used for. */
  bodyOf(key) {
    return this.#bodies.get(key);
  }

  add(key, body) {
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify([key, body])}\n`);
    this.#apply(key, body);
  }

  /** Each event once, in the order in which they were applied. */
  events() {
    return [...this.#bodies].map(([key, body]) => ({ key, body: JSON.parse(body) }));
  }

  /** Every customer and product as the last event with it says. */
  entities() {
    return [...this.#entities.values()];
  }

  forget() {
    this.#bodies.clear();
    this.#entities.clear();
    if (this.file !== undefined) rmSync(this.file, { force: true });
  }

  #apply(key, body) {
    this.#bodies.set(key, body);
    const { customers, products } = JSON.parse(body);
    for (const entity of customers) this.#entities.set(`customer ${entity.id}`, entity);
    for (const entity of products) this.#entities.set(`product ${entity.id}`, entity);
  }
}
