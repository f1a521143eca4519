import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { silent } from '../progress.mjs';
import { StackError } from '../project.mjs';
import { lastLines, spawnDetached } from '../system/detached.mjs';
import { freePorts } from '../system/ports.mjs';
import { argumentsOf, endProcess, gone, isAlive, signalProcess } from '../system/processes.mjs';
import { waitUntil } from '../system/wait-until.mjs';
import { askRedis } from './probe.mjs';
import { findRedisProgram } from './programs.mjs';

const START_TIMEOUT_MS = 30_000;

/**
 * A real Redis or Valkey server on a folder of ours, by which its process is known. The process outlives us unless it
 * is stopped. One object at a time may start and stop a folder's server.
 */
export class RedisServer {
  /**
   * @param {{ folder: string, port?: number, durable?: boolean, settings?: Record<string, string>, tell?: import('../progress.mjs').Say, signal?: AbortSignal }} options
   *   `durable: false` keeps nothing on disk: what is stored ends with the process.
   */
  constructor({ folder, port, durable = true, settings = {}, tell = silent, signal }) {
    this.folder = resolve(folder);
    this.port = port;
    this.durable = durable;
    this.settings = settings;
    this.tell = tell;
    this.abortSignal = signal;
    this.pid = undefined;
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

  /** A clean stop. */
  async stop() {
    const pid = this.findProcess();
    if (pid !== undefined) {
      signalProcess(pid, 'SIGCONT');
      await endProcess(pid, { signals: [['SIGTERM', 10_000]] });
    }
    this.pid = undefined;
  }

  /** Ends it as a crash would. */
  async kill() {
    await this.signal('SIGKILL');
    if (this.pid !== undefined) await gone(this.pid, 10_000);
    this.pid = undefined;
  }

  async signal(name) {
    const pid = this.findProcess();
    if (pid === undefined) throw new StackError(`no Redis runs on ${this.folder}`);
    this.pid = pid;
    signalProcess(pid, name);
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
