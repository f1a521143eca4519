import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../system/file-lock.mjs';

/**
 * What one home folder remembers between commands. Every number in it is a hint: a port is believed when the right
 * server answers on it, a process when it is still the one that was noted.
 * @typedef {object} StackState
 * @property {string} [dataFolder]
 * @property {boolean} [keep] `up` was asked for: the stores stay when the last user ends
 * @property {import('../system/processes.mjs').ProcessIdentity[]} [users] launchers that use the stores
 * @property {{ port: number, controllerPort: number, pid: number, clusterId: string }} [kafka]
 * @property {{ port: number, pid: number }} [postgres]
 * @property {{ port?: number, pid?: number }} [redis]
 * @property {{ port?: number, pid?: number }} [analytics]
 * @property {{ service: import('../system/processes.mjs').ProcessIdentity, launcher: import('../system/processes.mjs').ProcessIdentity }[]} [services]
 */

function stateFile(home) {
  return join(home, 'state.json');
}

/** @returns {StackState} */
export function readState(home) {
  if (!existsSync(stateFile(home))) return {};
  try {
    return JSON.parse(readFileSync(stateFile(home), 'utf8'));
  } catch {
    return {}; // written by hand or cut short: everything in it can be found again
  }
}

/**
 * Changes the state in one visible step; changes of other processes are kept.
 * @param {string} home
 * @param {(state: StackState) => StackState} change
 */
export async function changeState(home, change) {
  mkdirSync(home, { recursive: true });
  return withFileLock(join(home, 'state.lock'), async () => {
    const state = change(readState(home));
    const draft = `${stateFile(home)}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`);
    renameSync(draft, stateFile(home));
    return state;
  });
}
