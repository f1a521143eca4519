import { DeliveryAbandoned, PermanentError } from '../../../record/index.js';
import type { AnalyticsApi, Verdict } from '../analytics/index.js';
import {
  analyticsEventOf,
  assemble,
  narrow,
  type AnalyticsEvent,
  type Assembly,
  type Sender,
} from '../domain/index.js';
import type { AcceptedVersions } from './accepted-versions.js';
import { OpenEvent } from './open-event.js';
import type { PendingMessage, Settled } from './pending-message.js';

export type Unavailable = Extract<Verdict, { kind: 'unavailable' }>;

/** An event whose fate is open, why, and the messages that were not sent for it. */
export interface Interruption {
  readonly open: OpenEvent;
  readonly verdict: Unavailable;
  readonly unsent: readonly PendingMessage[];
}

export interface FlushWatcher {
  accepted(assembly: Assembly<PendingMessage>, event: AnalyticsEvent): void;
  refused(status: number, messages: number): void;
  /** An open event was accepted while these were away. */
  settledAway(messages: readonly (readonly [PendingMessage, Settled])[]): void;
}

export interface FlushParts {
  readonly api: AnalyticsApi;
  readonly accepted: AcceptedVersions;
  readonly sender: Sender;
  readonly watcher: FlushWatcher;
  /** In milliseconds of any clock. */
  readonly now: () => number;
}

/** How long a conflict is taken for an earlier try that is still under way; afterwards it is a refusal. */
const CONFLICT_PATIENCE_MS = 300_000;

type Part = readonly PendingMessage[];

/**
 * Sends messages until each has come to its end: one event, and several smaller ones only after a refusal, one after the
 * other. A message settles when the event that carries it is accepted, and fails alone for what is wrong with it alone.
 */
export class FlushRun {
  constructor(private readonly parts: FlushParts) {}

  /** Resolves with what interrupted it, if the API did. */
  send(messages: Part): Promise<Interruption | undefined> {
    return this.sendAll([messages]);
  }

  /** Posts an open event again, once. Those of its messages that are here come to their end by it, or in events after it. */
  async resume(open: OpenEvent): Promise<Interruption | undefined> {
    const mayBeApplied = this.parts.now() - open.since < CONFLICT_PATIENCE_MS;
    const { verdict, rest } = await this.post(open, { mayBeApplied, maxRetries: 0 });
    if (verdict.kind === 'unavailable') return { open, verdict, unsent: [] };
    return this.sendAll([...rest]);
  }

  private async sendAll(queue: Part[]): Promise<Interruption | undefined> {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      this.parts.accepted.look();
      const assembly = assemble(part.filter(isHere), this.parts.accepted);
      for (const message of assembly.overtaken) message.settle('accepted');
      if (assembly.carried.length === 0) {
        this.parts.accepted.heard(assembly.repeats);
        for (const message of assembly.repeats) message.settle('repeat');
        continue;
      }
      const event = analyticsEventOf(assembly, this.parts.sender);
      const open = new OpenEvent(event, assembly, this.parts.now());
      for (const message of [...assembly.carried, ...assembly.repeats]) open.join(message);
      const { verdict, rest } = await this.post(open, { mayBeApplied: false });
      if (verdict.kind === 'unavailable') return { open, verdict, unsent: queue.flat() };
      queue.unshift(...rest);
    }
    return undefined;
  }

  private async post(
    open: OpenEvent,
    options: Parameters<AnalyticsApi['post']>[1],
  ): Promise<{ verdict: Verdict; rest: readonly Part[] }> {
    const { api, accepted, watcher } = this.parts;
    const { event, assembly } = open;
    const { tenure } = accepted;
    accepted.forget(assembly.versions);
    const verdict = await api.post(event, options);
    if (verdict.kind === 'accepted') {
      accepted.remember(assembly, tenure);
      watcher.accepted(assembly, event);
      watcher.settledAway(open.accept());
    }
    if (verdict.kind !== 'refused') return { verdict, rest: [] };
    watcher.refused(verdict.status, assembly.carried.length);
    return { verdict, rest: this.narrowed(open, verdict.status) };
  }

  private narrowed(open: OpenEvent, status: number): readonly Part[] {
    // Without all of its messages here nothing is known of those that are.
    if (!open.isWhole) return [[...open.returned.values()]];
    const here = ({ name }: PendingMessage): PendingMessage[] => {
      const message = open.returned.get(name);
      return message === undefined ? [] : [message];
    };
    const { guilty, parts } = narrow({
      carried: open.assembly.carried.flatMap(here),
      repeats: open.assembly.repeats.flatMap(here),
    });
    guilty?.fail(new PermanentError(`the analytics API refuses the message: it answers ${status}`));
    return parts;
  }
}

/** What became another member's is let go, and its record with it. */
function isHere(message: PendingMessage): boolean {
  if (!message.isLost) return true;
  message.fail(new DeliveryAbandoned('the partition was lost before the message was sent'));
  return false;
}
