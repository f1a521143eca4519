import type { PendingMessage, Settled } from './pending-message.js';

/** What became of messages whose records were away at the time, until they come back or their partitions are lost. */
export class SettledAway {
  private readonly known = new Map<string, readonly [PendingMessage, Settled]>();

  remember(messages: readonly (readonly [PendingMessage, Settled])[]): void {
    if (messages.length === 0) return;
    for (const [name, [message]] of this.known) if (message.isLost) this.known.delete(name);
    for (const entry of messages) this.known.set(entry[0].name, entry);
  }

  take(name: string): Settled | undefined {
    const settled = this.known.get(name)?.[1];
    this.known.delete(name);
    return settled;
  }
}
