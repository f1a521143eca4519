import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';

/**
 * A child in a session of its own: it outlives us unless we end it, and a terminal's Ctrl-C does not reach it.
 * @typedef {{ pid: number, ended: () => boolean, log: () => string }} DetachedChild
 */

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {{ cwd: string, logFile: string, environment?: NodeJS.ProcessEnv, account?: { uid: number, gid: number } }} options
 * @returns {Promise<DetachedChild>}
 */
export async function spawnDetached(command, parameters, { cwd, logFile, environment, account }) {
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.previous`);
  const output = openSync(logFile, 'w');
  try {
    const child = spawn(command, parameters, {
      cwd,
      env: environment ?? process.env,
      detached: true,
      stdio: ['ignore', output, output],
      ...account,
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return {
      pid: child.pid,
      ended: () => child.exitCode !== null || child.signalCode !== null,
      log: () => readFileSync(logFile, 'utf8'),
    };
  } finally {
    closeSync(output);
  }
}

/** The last lines of a log, for an error message. */
export function lastLines(text, count = 15) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/**
 * Runs a short command to its end and gives its output.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runCommand(command, parameters, { cwd, environment, account, input } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, {
      cwd,
      env: environment ?? process.env,
      stdio: [input ?? 'ignore', 'pipe', 'pipe'],
      ...account,
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({
        code: code ?? (signal === null ? 1 : 128),
        output: Buffer.concat(chunks).toString(),
      }),
    );
  });
}
