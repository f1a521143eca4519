import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { homedir } from 'node:os';

/** The checkout this stack belongs to. */
export const PROJECT_FOLDER = resolve(fileURLToPath(new URL('..', import.meta.url)));

/** Where the embedded stack keeps its state: `.millrace/` of the checkout, or MILLRACE_HOME. */
export function homeFolder(environment = process.env) {
  return resolve(environment.MILLRACE_HOME || join(PROJECT_FOLDER, '.millrace'));
}

/** Downloads shared by every checkout of this user; never inside node_modules, which `npm ci` wipes. */
export function cacheFolder(environment = process.env) {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'millrace');
}

/** A failure the user can act on: its message is the whole story and is printed without a stack trace. */
export class StackError extends Error {
  /**
   * @param {string} message
   * @param {{ cause?: unknown, exitCode?: number }} [options]
   */
  constructor(message, { cause, exitCode = 1 } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StackError';
    this.exitCode = exitCode;
  }
}

/** The command was stopped by a signal before it was done. */
export class Interrupted extends Error {
  constructor(signal = 'SIGINT') {
    super(`interrupted by ${signal}`);
    this.name = 'Interrupted';
    this.signal = signal;
  }
}
