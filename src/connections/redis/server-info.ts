/** What the answer to INFO says of a server; undefined where it does not say it. */
export class ServerInfo {
  readonly #fields: ReadonlyMap<string, string>;

  constructor(text: string) {
    const lines = text.split('\r\n').map((line) => line.split(/:(.*)/s));
    this.#fields = new Map(lines.map(([name = '', value = '']) => [name, value]));
  }

  get mode(): string | undefined {
    return this.#fields.get('redis_mode');
  }

  get evictionPolicy(): string | undefined {
    return this.#fields.get('maxmemory_policy');
  }
}
