import { FlushRun, type FlushParts, type Interruption } from './flush-run.js';
import { flushSize, untilFlush, type FlushLimits } from './flush-trigger.policy.js';
import type { OpenEvent } from './open-event.js';
import { Outage } from './outage.js';
import { PendingMessage, type BufferedMessage, type Settled } from './pending-message.js';
import { SettledAway } from './settled-away.js';

export type MergeBufferOptions = Omit<FlushParts, 'watcher'> & {
  readonly limits: FlushLimits;
  readonly watcher: Omit<FlushParts['watcher'], 'settledAway'>;
};

/**
 * Messages that wait to be merged into one event. Sent by count, size or time, or when told; one event at a time, in the
 * order of arrival. What `add` returned resolves when the message's content is at the API, and not before.
 *
 * While the API does not take an event, nothing else is sent: its records wait elsewhere, without being counted as tried,
 * and the first that comes back in time has the same event posted again. How much waits here is bounded by who adds: a
 * record counts as buffered until its message has ended.
 */
export class MergeBuffer {
  private readonly run: FlushRun;
  private readonly away = new SettledAway();
  private waiting: PendingMessage[] = [];
  private bytes = 0;
  private running: Promise<void> | undefined;
  private open: OpenEvent | undefined;
  private outage: Outage | undefined;
  private isTold = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: MergeBufferOptions) {
    const { watcher } = options;
    this.run = new FlushRun({
      ...options,
      watcher: {
        accepted: (...event) => watcher.accepted(...event),
        refused: (...answer) => watcher.refused(...answer),
        settledAway: (messages) => this.away.remember(messages),
      },
    });
  }

  /** Messages that no event was made of yet. */
  get messages(): readonly PendingMessage[] {
    return this.waiting;
  }

  /** Why the API takes nothing, while it holds something up here. */
  get unavailable(): Error | undefined {
    return this.open?.isStale === false ? this.outage?.error() : undefined;
  }

  /** Rejects with `DependencyUnavailableError` for a message that is to come again, and for what is wrong with it alone. */
  add(buffered: BufferedMessage): Promise<Settled> {
    const message = new PendingMessage(buffered, this.options.now());
    const settled = this.away.take(message.name);
    if (settled !== undefined) message.settle(settled);
    else if (this.isOut()) message.fail(this.outage!.error());
    else if (this.open?.has(message.name) === true) this.open.join(message);
    else this.push([message]);
    this.pump();
    return message.ended;
  }

  /** Sends all that is here now, without waiting for more. */
  async flush(): Promise<void> {
    this.isTold = true;
    this.pump();
    while (this.running !== undefined) await this.running;
  }

  private isOut(): boolean {
    const { outage, running, open } = this;
    if (outage === undefined || running !== undefined || open?.isStale === true) return false;
    return !outage.mayTry(this.options.now());
  }

  private push(messages: readonly PendingMessage[]): void {
    this.waiting.push(...messages);
    for (const { bytes } of messages) this.bytes += bytes;
  }

  private pump(): void {
    if (this.running !== undefined) return;
    clearTimeout(this.timer);
    if (this.open !== undefined) this.goOn(this.open);
    else this.begin();
  }

  private goOn(open: OpenEvent): void {
    if (open.isStale) {
      this.open = undefined;
      this.outage = undefined;
      this.push([...open.returned.values()]);
      this.begin();
    } else if (open.returned.size + this.waiting.length > 0) {
      this.start(() => this.run.resume(open), [...open.returned.values()]);
    }
  }

  private begin(): void {
    const { limits, now } = this.options;
    const [oldest] = this.waiting;
    if (oldest === undefined) this.isTold = false;
    const { length: records } = this.waiting;
    const buffered = { records, bytes: this.bytes, oldestMs: now() - (oldest?.since ?? 0) };
    const dueMs = this.isTold ? 0 : untilFlush(buffered, limits);
    if (dueMs === undefined || oldest === undefined) return;
    if (dueMs > 0) {
      this.timer = setTimeout(() => this.pump(), dueMs).unref();
      return;
    }
    const part = this.take();
    this.start(() => this.run.send(part), part);
  }

  private take(): PendingMessage[] {
    const sizes = this.waiting.map(({ bytes }) => bytes);
    const part = this.waiting.splice(0, flushSize(sizes, this.options.limits));
    for (const { bytes } of part) this.bytes -= bytes;
    return part;
  }

  private start(
    work: () => Promise<Interruption | undefined>,
    messages: readonly PendingMessage[],
  ): void {
    this.running = work()
      .then((interruption) => this.ended(interruption))
      .catch((error: Error) => {
        for (const message of [...messages, ...(this.open?.returned.values() ?? [])]) {
          message.fail(error);
        }
        this.open = undefined;
        this.outage = undefined;
      })
      .finally(() => {
        this.running = undefined;
        this.pump();
      });
  }

  /** What waits for the event, and what would come after it, waits where it is not counted as tried. */
  private ended(interruption: Interruption | undefined): void {
    this.open = interruption?.open;
    if (interruption === undefined) {
      this.outage = undefined;
      return;
    }
    const { open, unsent, verdict } = interruption;
    this.outage ??= new Outage();
    this.outage.goesOn(verdict, this.options.now());
    const held = [...open.returned.values(), ...unsent, ...this.waiting];
    open.returned.clear();
    this.waiting = [];
    this.bytes = 0;
    this.isTold = false;
    for (const message of held) message.fail(this.outage.error());
  }
}
