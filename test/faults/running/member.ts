import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Interruption } from '../checker/history.js';
import { eventually } from '../../support/eventually.js';
import { ServiceProcess } from '../../support/service-process.js';
import { monotonicNow } from './world.js';

const PROBE_EVERY_MS = 500;
const PROBE_TIMEOUT_MS = 3_000;

export interface HealthSample {
  readonly at: number;
  readonly path: '/livez' | '/readyz';
  /** Undefined: no answer. */
  readonly code: number | undefined;
}

/** One process of the service and what was seen of it from outside. */
export class Member {
  readonly samples: HealthSample[] = [];
  readonly startedAt = monotonicNow();
  peakMemoryBytes = 0;
  isPaused = false;
  endedAt: number | undefined;
  exit: number | NodeJS.Signals | undefined;
  /** What it was sent to end, if it was. */
  endedBy: NodeJS.Signals | undefined;
  drainedInMs: number | undefined;
  /** From when on nobody may expect it to take records. */
  leftAt = Infinity;

  private constructor(
    private readonly service: ServiceProcess,
    readonly effectLog: string,
  ) {
    void service.exit().then((exit) => {
      this.exit = exit;
      this.endedAt = monotonicNow();
      this.leftAt = Math.min(this.leftAt, this.endedAt);
      writeFileSync(effectLog.replace('effects-', 'member-'), service.output);
    });
    void this.watch();
  }

  static async start(
    main: string,
    folder: string,
    number: number,
    environment: Readonly<Record<string, string>>,
  ): Promise<Member> {
    const effectLog = join(folder, `effects-${number}.log`);
    const service = await ServiceProcess.listening(
      { ...environment, FAULTS_EFFECT_LOG: effectLog },
      main,
    );
    return new Member(service, effectLog);
  }

  get pid(): number {
    return this.service.pid;
  }

  get url(): string {
    return this.service.url;
  }

  get output(): string {
    return this.service.output;
  }

  get isRunning(): boolean {
    return this.endedAt === undefined;
  }

  async untilReady(timeoutMs: number): Promise<void> {
    const ended = this.service.exit().then((exit) => {
      throw new Error(`a member ended at its start (${exit}):\n${this.output.slice(-2_000)}`);
    });
    await Promise.race([this.service.answers('/readyz', 200, timeoutMs), ended]);
  }

  async kill(): Promise<Interruption> {
    this.endedBy = 'SIGKILL';
    this.service.signal('SIGKILL');
    await this.service.exit();
    const at = monotonicNow();
    return { kind: 'killed', member: this.pid, at, until: at };
  }

  /** Waits for the end that a failpoint brings about. */
  async strikes(timeoutMs: number): Promise<Interruption> {
    this.endedBy = 'SIGKILL';
    const limit = new AbortController();
    const late = sleep(timeoutMs, 'late' as const, { signal: limit.signal }).catch(() => 'late');
    const exit = await Promise.race([this.service.exit(), late]);
    limit.abort();
    const at = monotonicNow();
    if (exit !== 'SIGKILL') throw new Error(`a failpoint did not strike: ${exit}`);
    return { kind: 'killed', member: this.pid, at, until: at };
  }

  async pause(forMs: number): Promise<Interruption> {
    const at = monotonicNow();
    this.isPaused = true;
    this.service.signal('SIGSTOP');
    return this.goesOn(at, forMs);
  }

  /** Waits until a failpoint has stopped it, and lets it go on after so long. */
  async standsStill(timeoutMs: number, forMs: number): Promise<Interruption> {
    await eventually(() => this.isStopped(), 'a failpoint stops its member', timeoutMs);
    this.isPaused = true;
    return this.goesOn(monotonicNow(), forMs);
  }

  private async goesOn(stoppedAt: number, afterMs: number): Promise<Interruption> {
    await sleep(afterMs);
    this.service.signal('SIGCONT');
    const until = monotonicNow();
    this.isPaused = false;
    return { kind: 'stopped', member: this.pid, at: stoppedAt, until };
  }

  /** By the state that Linux tells, which stands behind the program's name. */
  private isStopped(): boolean {
    return /\) T /.test(readFileSync(`/proc/${this.pid}/stat`, 'latin1'));
  }

  /** SIGTERM; resolves with the exit when it has ended by itself. */
  async terminate(): Promise<number | NodeJS.Signals> {
    const since = monotonicNow();
    this.leftAt = since;
    this.endedBy = 'SIGTERM';
    this.service.signal('SIGTERM');
    const exit = await this.service.exit();
    this.drainedInMs = monotonicNow() - since;
    return exit;
  }

  async endAtOnce(): Promise<void> {
    this.service.signal('SIGCONT');
    await this.service.end();
  }

  private async watch(): Promise<void> {
    while (this.isRunning) {
      if (!this.isPaused) {
        await Promise.all([this.sample('/livez'), this.sample('/readyz')]);
        this.measureMemory();
      }
      await sleep(PROBE_EVERY_MS, undefined, { ref: false });
    }
  }

  private async sample(path: HealthSample['path']): Promise<void> {
    const at = monotonicNow();
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    const code = await fetch(this.url + path, { signal }).then(
      ({ status }) => status,
      () => undefined,
    );
    this.samples.push({ at, path, code });
  }

  private measureMemory(): void {
    try {
      this.peakMemoryBytes = this.service.peakMemoryBytes;
    } catch {
      // It has just ended, or the system does not tell.
    }
  }
}
