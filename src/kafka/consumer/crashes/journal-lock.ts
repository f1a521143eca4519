import {
  closeSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';

const REFRESH_MS = 10_000;
/** A holder on another host cannot be asked for; one that is alive has refreshed its lock since. */
const ABANDONED_AFTER_MS = 60_000;

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process began, as its system counts it; empty where that cannot be known. */
  readonly began: string;
}

/**
 * Keeps a second process from using the same file. A holder on this host counts as gone when its process is; one on
 * another host when it has not refreshed its lock for a minute. Two that find an abandoned lock at the same instant may
 * both take it: it guards against a wrong configuration, not against a race.
 */
export class JournalLock {
  private readonly timer: NodeJS.Timeout;

  private constructor(private readonly path: string) {
    this.timer = setInterval(() => this.refresh(), REFRESH_MS);
    this.timer.unref();
  }

  /** The lock, or in words who has it. */
  static acquire(path: string): JournalLock | string {
    const holder = holderOf(path);
    if (holder !== undefined && isInUse(path, holder))
      return `process ${holder.pid} on ${holder.host}`;
    rmSync(path, { force: true });
    const descriptor = openSync(path, 'wx');
    const own: Holder = { host: hostname(), pid: process.pid, began: beginOf(process.pid) };
    writeSync(descriptor, JSON.stringify(own));
    closeSync(descriptor);
    return new JournalLock(path);
  }

  release(): void {
    clearInterval(this.timer);
    rmSync(this.path, { force: true });
  }

  private refresh(): void {
    try {
      utimesSync(this.path, new Date(), new Date());
    } catch {
      clearInterval(this.timer);
    }
  }
}

function holderOf(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isInUse(path: string, { host, pid, began }: Holder): boolean {
  if (host !== hostname()) return Date.now() - statSync(path).mtimeMs < ABANDONED_AFTER_MS;
  // In a container each process has the number of the one before it, so the number alone says nothing.
  return isRunning(pid) && beginOf(pid) === began;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function beginOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in brackets and may hold spaces.
    return fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
