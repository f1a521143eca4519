import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { SERVICE_ENTRY } from '../build.mjs';
import { PROJECT_FOLDER } from '../project.mjs';
import { signalProcess } from '../system/processes.mjs';

// The service has a deadline of its own; this much later it is taken to hang.
const GRACE_MS = 15_000;
const UNITS = { ms: 1, s: 1000, m: 60_000 };

/**
 * As in the Dockerfile. Without a limit Node lets garbage grow with the machine's memory: a backlog of large records took
 * 256 MiB where it takes 178 with it (docs/reports/memory.md). Whoever needs more heap sets NODE_OPTIONS.
 */
export const SERVICE_NODE_OPTIONS = '--max-old-space-size=256';

/**
 * The service in a session of its own: a terminal's Ctrl-C reaches only the launcher, which ends the service first
 * and the stores after it.
 */
export class ServiceProcess {
  /**
   * @param {{ environment: NodeJS.ProcessEnv, output?: 'inherit' | number, entry?: string }} options
   */
  constructor({ environment, output = 'inherit', entry = SERVICE_ENTRY }) {
    this.environment = environment;
    this.child = spawn(process.execPath, [entry], {
      cwd: PROJECT_FOLDER,
      env: { NODE_OPTIONS: SERVICE_NODE_OPTIONS, ...environment },
      detached: true,
      stdio: ['ignore', output, output],
    });
    /** @type {Promise<number>} its exit code; a signal that ended it counts from 128, as in a shell */
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
    });
  }

  get pid() {
    return this.child.pid;
  }

  get isRunning() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Asks it to end and waits for its drain. */
  async end(signal = 'SIGTERM') {
    if (this.isRunning) signalProcess(this.pid, signal);
    const hung = setTimeout(
      () => this.kill(),
      drainMs(this.environment.SHUTDOWN_TIMEOUT) + GRACE_MS,
    );
    try {
      return await this.ended;
    } finally {
      clearTimeout(hung);
    }
  }

  kill() {
    if (this.isRunning) signalProcess(this.pid, 'SIGKILL');
  }
}

function drainMs(setting = '20s') {
  const [, amount, unit] = /^(\d+)(ms|s|m)$/.exec(setting) ?? [undefined, '20', 's'];
  return Number(amount) * UNITS[unit];
}
