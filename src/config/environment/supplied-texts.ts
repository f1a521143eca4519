/** The texts that keys were given, under their own names, whichever name or file they came by. Empty is not given. */
export class SuppliedTexts {
  readonly #texts = new Map<string, string>();
  readonly #names = new Map<string, string>();

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    for (const [key, text] of Object.entries(environment)) {
      if (text !== undefined && text.trim() !== '') this.#texts.set(key, text);
    }
  }

  get(key: string): string | undefined {
    return this.#texts.get(key);
  }

  has(key: string): boolean {
    return this.#texts.has(key);
  }

  /** Gives `key` the text that came by another name. */
  supply(key: string, text: string, name: string): void {
    this.#texts.set(key, text);
    this.#names.set(key, name);
  }

  /** How messages name the key, so that its user finds what to change. */
  label(key: string): string {
    const name = this.#names.get(key);
    return name === undefined ? key : `${key} (set as ${name})`;
  }

  keys(): readonly string[] {
    return [...this.#texts.keys()];
  }
}
