import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { lastLines } from '../stack/system/detached.mjs';
import { uncommittedOf } from './correctness.mjs';
import { deadLettersOf } from './dead-letters.mjs';
import { outputsOf } from './outputs.mjs';

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
 * @property {readonly number[] | undefined} deadLetters ids of the records
 * @property {number} repeats how many records are to be handled again
 * @property {readonly number[]} lost ids of those that must be dead letters
 * @property {{ distinct: number, again: number, disordered: number }} [outputs] what it left in its output topic
 * @property {string} output the end of what it printed, when it gave no result
 */

/**
 * Runs one arm in a process of its own and reads the line it ends with. `meanwhile` runs beside it.
 * @param {{ arm: string, file: string, round: number, environment: Record<string, string>, lost: readonly number[], repeats: number, nodeOptions: readonly string[], signal: AbortSignal, meanwhile?: () => Promise<void> }} options
 * @returns {Promise<ArmRun>}
 */
export async function runArm(options) {
  const { arm, round, environment, lost, repeats, signal, meanwhile } = options;
  signal.throwIfAborted();
  const [{ exitCode, printed, output }] = await Promise.all([processOf(options), meanwhile?.()]);
  signal.throwIfAborted();
  const result = resultIn(printed, arm);
  const { BROKERS: address, TOPIC: topic, GROUP: group, OUTPUT_TOPIC: outputTopic } = environment;
  const expected = Number(environment.N);
  const isProducing = result !== undefined && outputTopic !== '';
  return {
    arm,
    round,
    expected,
    exitCode,
    result,
    uncommitted: result && (await uncommittedOf(address, { topic, group })),
    deadLetters: result && (await deadLettersOf(address, environment.DEAD_LETTER_TOPIC)),
    lost,
    repeats,
    ...(isProducing && {
      outputs: await outputsOf(address, { topic: outputTopic, total: expected }),
    }),
    output: result === undefined ? lastLines(output) : '',
  };
}

async function processOf({ file, environment, nodeOptions, signal }) {
  const path = fileURLToPath(new URL(`arms/${file}.mjs`, import.meta.url));
  const child = spawn(process.execPath, [...nodeOptions, path], {
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
  return { exitCode: code ?? name, printed, output };
}

function resultIn(printed, arm) {
  const line = printed.trimEnd().split('\n').at(-1) ?? '';
  if (!line.startsWith('{"arm":')) return undefined;
  const result = JSON.parse(line);
  return result.arm === arm ? result : undefined;
}
