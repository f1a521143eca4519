interface Timer {
  readonly callback: () => void;
  readonly every: number | undefined;
  due: number;
  order: number;
  unref(): Timer;
  ref(): Timer;
}

const PATCHED = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'performance',
] as const;

/** Where the day of the simulation begins, so that a time of day is never mistaken for a running time. */
const DAY = 1_800_000_000_000;

const realImmediate = globalThis.setImmediate;

/** Lets everything happen that waits for nothing but its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => realImmediate(resolve));

/** Enough turns for what a timer sets off; what needs more gets them at the end of the step. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}

const BEGINNING = 1_000;

/**
 * The clock and the timers of the schedules, in place of Node's own between `install` and `restore`. Time passes only by
 * `advance`, and nothing is random, so that a schedule has one course.
 */
export class VirtualTime {
  now = BEGINNING;
  private readonly timers = new Set<Timer>();
  private order = 0;
  private readonly replaced = new Map<string, PropertyDescriptor>();
  private readonly real = {
    dateNow: Date.now.bind(Date),
    random: Math.random.bind(Math),
    stackTraceLimit: Error.stackTraceLimit,
  };

  install(): void {
    const replacements: Record<(typeof PATCHED)[number], unknown> = {
      setTimeout: (callback: () => void, ms?: number) => this.start(callback, ms ?? 0),
      setInterval: (callback: () => void, ms: number) => this.start(callback, ms, ms),
      setImmediate: (callback: () => void) => this.start(callback, 0),
      clearTimeout: (timer: Timer) => this.timers.delete(timer),
      clearInterval: (timer: Timer) => this.timers.delete(timer),
      clearImmediate: (timer: Timer) => this.timers.delete(timer),
      performance: { now: () => this.now },
    };
    for (const name of PATCHED) {
      this.replaced.set(name, Object.getOwnPropertyDescriptor(globalThis, name)!);
      const value = replacements[name];
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    Date.now = () => DAY + this.now;
    Math.random = () => 0.5;
    Error.stackTraceLimit = 0;
  }

  /** For the next schedule: nothing of the last one goes on. */
  reset(): void {
    this.now = BEGINNING;
    this.timers.clear();
  }

  restore(): void {
    for (const [name, descriptor] of this.replaced) {
      Object.defineProperty(globalThis, name, descriptor);
    }
    Date.now = this.real.dateNow;
    Math.random = this.real.random;
    Error.stackTraceLimit = this.real.stackTraceLimit;
  }

  /** `between` is called after each timer, and what it sets off happens before the next one. */
  async advance(milliseconds: number, between: () => void): Promise<void> {
    const until = this.now + milliseconds;
    for (;;) {
      const timer = this.next();
      if (timer === undefined || timer.due > until) break;
      this.now = Math.max(this.now, timer.due);
      if (timer.every === undefined) this.timers.delete(timer);
      else this.schedule(timer, timer.every);
      timer.callback();
      await someTurns();
      between();
      await someTurns();
    }
    this.now = until;
    await settled();
  }

  private start(callback: () => void, delay: number, every?: number): Timer {
    const timer: Timer = {
      callback,
      every,
      due: 0,
      order: 0,
      unref: () => timer,
      ref: () => timer,
    };
    this.schedule(timer, Math.max(delay, every === undefined ? 0 : 1));
    this.timers.add(timer);
    return timer;
  }

  private schedule(timer: Timer, delay: number): void {
    timer.due = this.now + delay;
    timer.order = this.order;
    this.order += 1;
  }

  private next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) {
      if (
        next === undefined ||
        timer.due < next.due ||
        (timer.due === next.due && timer.order < next.order)
      ) {
        next = timer;
      }
    }
    return next;
  }
}
