import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { say, seconds } from '../progress.mjs';
import { PROJECT_FOLDER } from '../project.mjs';
import { signalProcess } from '../system/processes.mjs';

const TIMEOUT_MS = 15 * 60_000;
const EXIT_PATIENCE_MS = 15_000;

/**
 * Runs jest once and returns its JSON report, or undefined when it wrote none. A run that does not end once its
 * report is written left something open: it is ended and `hung` says so.
 * @param {readonly string[]} parameters
 * @param {{ environment: NodeJS.ProcessEnv, reportFile: string, signal: AbortSignal }} options
 */
export async function runJest(parameters, { environment, reportFile, signal }) {
  const child = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      join(PROJECT_FOLDER, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...['--json', `--outputFile=${reportFile}`, '--passWithNoTests', ...parameters],
    ],
    // A group of its own, so that its workers end with it.
    {
      cwd: PROJECT_FOLDER,
      env: environment,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const closed = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const endGroup = () => child.pid !== undefined && signalProcess(-child.pid, 'SIGKILL');
  signal.addEventListener('abort', endGroup, { once: true });
  try {
    const hung = await Promise.race([
      closed.then(() => undefined),
      hangs(reportFile, () => child.exitCode !== null),
    ]);
    signal.throwIfAborted();
    return { report: readReport(reportFile), hung };
  } finally {
    endGroup(); // nothing that a test started in this group stays behind
    signal.removeEventListener('abort', endGroup);
    await closed;
    signal.throwIfAborted();
  }
}

/** Resolves with what is wrong when jest takes too long, or has reported and does not end. */
async function hangs(reportFile, ended) {
  const began = Date.now();
  let reportedAt;
  while (!ended()) {
    await delay(200);
    if (Date.now() - began > TIMEOUT_MS) return `jest did not end within ${seconds(TIMEOUT_MS)}`;
    if (existsSync(reportFile)) reportedAt ??= Date.now();
    if (reportedAt !== undefined && Date.now() - reportedAt > EXIT_PATIENCE_MS) {
      return 'jest did not end after its last test: a test left a connection or timer open';
    }
  }
  return undefined;
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    say(`no report from jest (${error.message})`);
    return undefined;
  }
}
