import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../project.mjs';
import { lastLines, spawnDetached } from '../system/detached.mjs';
import { freePorts } from '../system/ports.mjs';
import { argumentsOf, isAlive } from '../system/processes.mjs';
import { ServerProcess } from '../system/server-process.mjs';
import { waitUntil } from '../system/wait-until.mjs';
import { askRedis } from './probe.mjs';
import { findRedisProgram } from './programs.mjs';

const START_TIMEOUT_MS = 30_000;

/** A real Redis or Valkey server on a folder of ours, by which its process is known. */
export class RedisServer extends ServerProcess {
  /**
   * @param {import('./index.d.mts').RedisServerOptions} options
   */
  constructor({ durable = true, ...options }) {
    super(options, { name: 'Redis', endSignals: [['SIGTERM', 10_000]] });
    this.durable = durable;
  }

  get url() {
    return `redis://127.0.0.1:${this.port}`;
  }

  get logFile() {
    return join(this.folder, 'redis.log');
  }

  get pidFile() {
    return join(this.folder, 'redis.pid');
  }

  async isRunning() {
    this.pid = this.findProcess();
    return this.pid !== undefined && this.port !== undefined && this.answers();
  }

  /** Starts it, on the port of before if there was one. Fails when there is no program to start. */
  async start() {
    const found = await findRedisProgram(this.tell);
    if (found.program === undefined) throw new StackError(found.reason);
    mkdirSync(this.folder, { recursive: true });
    await this.stop();
    this.port ??= (await freePorts(1))[0];
    this.abortSignal?.throwIfAborted();
    const child = await spawnDetached(found.program, this.parameters(), {
      cwd: this.folder,
      logFile: this.logFile,
    });
    this.pid = child.pid;
    const ready = async () => child.ended() || (await this.answers());
    await waitUntil(ready, {
      what: `Redis on port ${this.port} to answer`,
      timeoutMs: START_TIMEOUT_MS,
      everyMs: 20,
      signal: this.abortSignal,
    });
    if (child.ended())
      throw new StackError(`Redis did not start (${this.logFile}):\n${lastLines(child.log())}`);
    return this;
  }

  /** The process that the folder names, if that number still belongs to this folder's server. */
  findProcess() {
    if (!existsSync(this.pidFile)) return undefined;
    const pid = Number(readFileSync(this.pidFile, 'utf8'));
    return isAlive(pid) && argumentsOf(pid).includes(this.folder) ? pid : undefined;
  }

  async answers() {
    return (await askRedis(this.port, 'PING')) === '+PONG';
  }

  parameters() {
    const settings = {
      bind: '127.0.0.1',
      port: String(this.port),
      dir: this.folder,
      pidfile: this.pidFile,
      daemonize: 'no',
      // Otherwise it hides the arguments by which the process is known.
      'set-proc-title': 'no',
      save: '',
      appendonly: this.durable ? 'yes' : 'no',
      'maxmemory-policy': 'noeviction',
      ...this.settings,
    };
    return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  }
}
