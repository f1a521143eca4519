import type { GroupPlan } from './group-plan.js';

const LOOK_MS = 5_000;

export interface SubscriptionOptions {
  readonly plan: GroupPlan;
  /** The names of all topics. Rejects while no broker answers. */
  readonly existing: () => Promise<readonly string[]>;
  /** A topic is there that the group would read. Told once for each `topics`. */
  readonly appeared: (topic: string) => void;
}

/** What a group reads: all topics of its plan, those that it can do without only once they exist. */
export class Subscription {
  private timer: NodeJS.Timeout | undefined;
  private current: readonly string[];

  constructor(private readonly options: SubscriptionOptions) {
    this.current = [...options.plan.topics.keys()].filter((topic) => !this.isOptional(topic));
  }

  /** As of the last look. */
  get topics(): readonly string[] {
    return this.current;
  }

  /** What is there to be read now. Those that are missing are looked for until `stop`. */
  async look(): Promise<readonly string[]> {
    this.stop();
    const optional = [...this.options.plan.topics.keys()].filter((topic) => this.isOptional(topic));
    if (optional.length === 0) return this.current;
    const existing = new Set(await this.options.existing());
    const isRead = (topic: string): boolean => !this.isOptional(topic) || existing.has(topic);
    this.current = [...this.options.plan.topics.keys()].filter(isRead);
    const missing = optional.filter((topic) => !existing.has(topic));
    if (missing.length > 0)
      this.timer = setInterval(() => void this.find(missing), LOOK_MS).unref();
    return this.current;
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async find(missing: readonly string[]): Promise<void> {
    const { timer } = this;
    try {
      const existing = new Set(await this.options.existing());
      const found = missing.find((topic) => existing.has(topic));
      if (found === undefined || timer === undefined || timer !== this.timer) return;
      this.stop();
      this.options.appeared(found);
    } catch {
      // No broker answers: the next look comes.
    }
  }

  private isOptional(topic: string): boolean {
    return this.options.plan.topics.get(topic)!.own?.isOptional === true;
  }
}
