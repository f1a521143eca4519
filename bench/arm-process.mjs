import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { lastLines } from '../stack/system/detached.mjs';
import { uncommittedOf } from './correctness.mjs';

/** An arm ends itself after 120 s; this is for one that cannot. */
const KILL_AFTER_MS = 150_000;

/**
 * @typedef {object} ArmRun
 * @property {string} arm
 * @property {number} round
 * @property {number} expected
 * @property {number | string} exitCode
 * @property {Record<string, any> | undefined} result the arm's own line
 * @property {number | undefined} uncommitted
 * @property {string} output the end of what it printed, when it gave no result
 */

/**
 * Runs one arm in a process of its own and reads the line it ends with.
 * @param {{ arm: string, round: number, environment: Record<string, string>, nodeOptions: readonly string[], signal: AbortSignal }} options
 * @returns {Promise<ArmRun>}
 */
export async function runArm({ arm, round, environment, nodeOptions, signal }) {
  signal.throwIfAborted();
  const file = fileURLToPath(new URL(`arms/${arm}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions, file], {
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [printed, output] = ['', ''];
  child.stdout.on('data', (chunk) => (printed += chunk));
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output += chunk));
  const kill = () => child.kill('SIGKILL');
  const limit = setTimeout(kill, KILL_AFTER_MS);
  signal.addEventListener('abort', kill, { once: true });
  const [code, name] = await once(child, 'close');
  clearTimeout(limit);
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  const result = resultIn(printed, arm);
  const { BROKERS: address, TOPIC: topic, GROUP: group, N: expected } = environment;
  return {
    arm,
    round,
    expected: Number(expected),
    exitCode: code ?? name,
    result,
    uncommitted: result && (await uncommittedOf(address, { topic, group })),
    output: result === undefined ? lastLines(output) : '',
  };
}

function resultIn(printed, arm) {
  const line = printed.trimEnd().split('\n').at(-1) ?? '';
  if (!line.startsWith('{"arm":')) return undefined;
  const result = JSON.parse(line);
  return result.arm === arm ? result : undefined;
}
