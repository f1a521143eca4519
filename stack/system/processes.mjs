import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * A process that cannot be mistaken for a later one with the same number.
 * @typedef {{ pid: number, started: string }} ProcessIdentity
 */

const hasProc = process.platform === 'linux';

/** State letter and start time of a process, or undefined when there is none. */
function statusOf(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    if (hasProc) {
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const [state, ...rest] = fields.slice(fields.lastIndexOf(')') + 2).split(' ');
      return { state, started: rest[18] };
    }
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], quiet).trim();
    return { state: line.slice(0, 1), started: line.slice(line.indexOf(' ')).trim() };
  } catch {
    return undefined; // no such process
  }
}

const quiet = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };

/** True while the process runs; one that ended and waits to be reaped does not. */
export function isAlive(pid) {
  const status = statusOf(pid);
  return status !== undefined && status.state !== 'Z' && status.state !== 'X';
}

/** @returns {ProcessIdentity | undefined} */
export function identityOf(pid) {
  const status = statusOf(pid);
  return status === undefined ? undefined : { pid, started: status.started };
}

/** @param {ProcessIdentity | undefined} identity */
export function isStill(identity) {
  if (identity === undefined || !isAlive(identity.pid)) return false;
  return statusOf(identity.pid)?.started === identity.started;
}

/** The arguments a process was started with; empty when there is none or it is not ours to read. */
export function argumentsOf(pid) {
  try {
    if (hasProc) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], quiet)
      .trim()
      .split(/\s+/);
  } catch {
    return []; // no such process
  }
}

/** Every running process one of whose arguments is `argument`, or begins with it when `prefix` is set. */
export function processesWithArgument(argument, { prefix = false } = {}) {
  const fits = (candidate) => candidate === argument || (prefix && candidate.startsWith(argument));
  return allProcesses().filter((pid) => isAlive(pid) && argumentsOf(pid).some(fits));
}

function allProcesses() {
  const names = hasProc
    ? readdirSync('/proc')
    : execFileSync('ps', ['-axo', 'pid='], quiet).split('\n');
  return names.map((name) => Number(name.trim())).filter((pid) => pid > 0 && pid !== process.pid);
}

/** Sends a signal; a process that is gone already is no error. */
export function signalProcess(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Waits until the process is gone. */
export async function gone(pid, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() >= deadline) return false;
    await delay(20);
  }
  return true;
}

/**
 * Ends a process: each signal in turn, with its own time to obey, then SIGKILL. Returns whether it obeyed.
 * @param {number} pid
 * @param {{ signals: readonly (readonly [NodeJS.Signals, number])[] }} options
 */
export async function endProcess(pid, { signals }) {
  for (const [signal, patienceMs] of signals) {
    signalProcess(pid, signal);
    if (await gone(pid, patienceMs)) return true;
  }
  signalProcess(pid, 'SIGKILL');
  await gone(pid, 10_000);
  return false;
}
