import { Injectable } from '@nestjs/common';

/** One consumer's question about a server that it needs: does it take requests, as far as is known? */
export interface HttpPing {
  readonly consumer: string;
  /** Rejects with the reason when it does not. Asks nobody: the consumer's own last request tells. */
  ping(): Promise<void>;
}

export interface HttpDependency {
  readonly dependency: string;
  pings(): readonly HttpPing[];
}

/** The servers that consumers of this process cannot do without, each by the name that health shows. */
@Injectable()
export class HttpDependencies {
  readonly #pings = new Map<string, HttpPing[]>();

  register(dependency: string, ping: HttpPing): void {
    this.#pings.set(dependency, [...(this.#pings.get(dependency) ?? []), ping]);
  }

  all(): readonly HttpDependency[] {
    return [...this.#pings].map(([dependency, pings]) => ({ dependency, pings: () => pings }));
  }
}
