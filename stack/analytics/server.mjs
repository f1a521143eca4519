import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StackError } from '../project.mjs';
import { lastLines, spawnDetached } from '../system/detached.mjs';
import { freePorts } from '../system/ports.mjs';
import { argumentsOf, isAlive } from '../system/processes.mjs';
import { ServerProcess } from '../system/server-process.mjs';
import { waitUntil } from '../system/wait-until.mjs';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));
const START_TIMEOUT_MS = 30_000;

/** The stand-in for the analytics API in a process of its own, on a folder of ours, by which its process is known. */
export class AnalyticsServer extends ServerProcess {
  constructor(options) {
    super(options, { name: 'the analytics stand-in', endSignals: [['SIGTERM', 5_000]] });
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get logFile() {
    return join(this.folder, 'analytics.log');
  }

  async isRunning() {
    this.pid = this.findProcess();
    return this.pid !== undefined && this.port !== undefined && this.answers();
  }

  /** Starts it, on the port of before if there was one. */
  async start() {
    mkdirSync(this.folder, { recursive: true });
    await this.stop();
    this.port ??= (await freePorts(1))[0];
    this.abortSignal?.throwIfAborted();
    const child = await spawnDetached(process.execPath, [MAIN, this.folder, String(this.port)], {
      cwd: this.folder,
      logFile: this.logFile,
    });
    this.pid = child.pid;
    await waitUntil(async () => child.ended() || (await this.answers()), {
      what: `the analytics stand-in on port ${this.port} to answer`,
      timeoutMs: START_TIMEOUT_MS,
      everyMs: 50,
      signal: this.abortSignal,
    });
    if (child.ended())
      throw new StackError(
        `The analytics stand-in did not start (${this.logFile}):\n${lastLines(child.log())}`,
      );
    return this;
  }

  /** The process that the folder names, if that number still belongs to this folder's server. */
  findProcess() {
    const file = join(this.folder, 'analytics.pid');
    if (!existsSync(file)) return undefined;
    const pid = Number(readFileSync(file, 'utf8'));
    return isAlive(pid) && argumentsOf(pid).includes(this.folder) ? pid : undefined;
  }

  async answers() {
    try {
      return (await fetch(`${this.url}/_control`)).ok;
    } catch {
      return false; // nobody listens there
    }
  }
}
