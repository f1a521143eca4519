import type { AnalyticsEvent, Assembly } from '../domain/index.js';
import type { PendingMessage, Settled } from './pending-message.js';

/** As it was when the event was made. */
interface Member {
  readonly settled: Settled;
  readonly message: PendingMessage;
}

/**
 * An event that may be applied or not: the API did not say. Its records wait and come back one by one; it is posted again
 * as it was, and what becomes of it holds for each of them, whenever it comes back.
 */
export class OpenEvent {
  /** Those that have come back since. */
  readonly returned = new Map<string, PendingMessage>();
  private readonly members: ReadonlyMap<string, Member>;

  constructor(
    readonly event: AnalyticsEvent,
    readonly assembly: Assembly<PendingMessage>,
    /** When it was first posted. */
    readonly since: number,
  ) {
    const { carried, repeats } = assembly;
    this.members = new Map<string, Member>([
      ...carried.map((message) => [message.name, { settled: 'accepted', message }] as const),
      ...repeats.map((message) => [message.name, { settled: 'repeat', message }] as const),
    ]);
  }

  /** With a partition of it lost, its next owner may have sent later versions: the event must not be sent again. */
  get isStale(): boolean {
    return [...this.members].some(
      ([name, { message }]) => (this.returned.get(name) ?? message).isLost,
    );
  }

  /** Whether all that were carried have come back. */
  get isWhole(): boolean {
    return this.assembly.carried.every(({ name }) => this.returned.has(name));
  }

  has(name: string): boolean {
    return this.members.has(name);
  }

  join(message: PendingMessage): void {
    this.returned.set(message.name, message);
  }

  /** It is accepted: settles those that are here, and gives the others with what becomes of them. */
  accept(): readonly (readonly [PendingMessage, Settled])[] {
    const away: [PendingMessage, Settled][] = [];
    for (const [name, { settled, message }] of this.members) {
      const here = this.returned.get(name);
      if (here === undefined) away.push([message, settled]);
      else here.settle(settled);
    }
    return away;
  }
}
