import { resolve } from 'node:path';
import { silent } from '../progress.mjs';
import { StackError } from '../project.mjs';
import { endProcess, gone, signalProcess } from './processes.mjs';

const KILL_PATIENCE_MS = 10_000;

/**
 * A server whose process is known by its folder, never by a remembered number alone. The process outlives us unless it
 * is stopped. One object at a time may start and stop a folder's server. Who extends it says how the process is found.
 */
export class ServerProcess {
  /**
   * @param {{ folder: string, port?: number, settings?: Record<string, string>, tell?: import('../progress.mjs').Say, signal?: AbortSignal }} options
   * @param {{ name: string, endSignals: [NodeJS.Signals, number][] }} kind
   *   `endSignals`: what ends it cleanly, each with the milliseconds that it is given.
   */
  constructor({ folder, port, settings = {}, tell = silent, signal }, { name, endSignals }) {
    this.folder = resolve(folder);
    this.port = port;
    this.settings = settings;
    this.tell = tell;
    this.abortSignal = signal;
    this.name = name;
    this.endSignals = endSignals;
    this.pid = undefined;
  }

  /** A clean stop; the data stays. A frozen one is woken first. */
  async stop() {
    const pid = this.findProcess();
    if (pid !== undefined) {
      signalProcess(pid, 'SIGCONT');
      await endProcess(pid, { signals: this.endSignals });
    }
    this.pid = undefined;
  }

  /** Ends it as a crash would; its own children end with it. */
  async kill() {
    await this.signal('SIGKILL');
    await gone(this.pid, KILL_PATIENCE_MS);
    this.pid = undefined;
  }

  /** Sends its main process a signal: SIGSTOP freezes it, SIGCONT lets it go on. */
  async signal(name) {
    const pid = this.findProcess();
    if (pid === undefined) throw new StackError(`no ${this.name} runs on ${this.folder}`);
    this.pid = pid;
    signalProcess(pid, name);
  }

  /** A server of this folder that does not answer, or not on the port we know, holds the folder. */
  async endLeftover() {
    if (this.findProcess() === undefined) return;
    this.tell(`ending a ${this.name} server that was left behind …`);
    await this.stop();
  }
}
