import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { outliveClosedOutput, report, say, step } from './progress.mjs';
import { Interrupted, PROJECT_FOLDER, StackError } from './project.mjs';
import { withFileLock } from './system/file-lock.mjs';

const MODULES = join(PROJECT_FOLDER, 'node_modules');
const STAMP = join(MODULES, '.millrace-install');
const LOCKFILE = join(PROJECT_FOLDER, 'package-lock.json');

/**
 * Makes node_modules what the lockfile says, development dependencies included: they bring the embedded PostgreSQL
 * and the compiler. Costs milliseconds when it already is.
 */
export async function installMissing({ tell = say, signal } = {}) {
  if (stampFits()) return;
  const waiting = (holder) => tell(`waiting for process ${holder}, which is installing …`);
  await withFileLock(
    join(PROJECT_FOLDER, '.millrace', 'install.lock'),
    async () => {
      if (stampFits()) return;
      if (!installedByHand())
        await step('installing dependencies (npm ci)', () => runNpm(signal), { tell });
      writeFileSync(STAMP, wantedStamp());
    },
    { waiting },
  );
}

function wantedStamp() {
  const lockfile = createHash('sha256').update(readFileSync(LOCKFILE)).digest('hex');
  return `${lockfile} ${process.platform}-${process.arch}\n`;
}

function stampFits() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wantedStamp();
}

/** True when somebody ran npm themselves and everything the lockfile wants is there. */
function installedByHand() {
  const record = join(MODULES, '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(LOCKFILE, 'utf8')).packages;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || (present[path]?.version ?? (optional ? version : undefined)) === version,
  );
}

/** npm says where it stands itself when it runs a script; another package manager would not read npm's lockfile. */
function npmCommand() {
  const running = process.env.npm_execpath;
  return running !== undefined && basename(running) === 'npm-cli.js'
    ? [process.execPath, running]
    : ['npm'];
}

async function runNpm(signal) {
  const [command, ...first] = npmCommand();
  const parameters = [
    ...first,
    'ci',
    '--include=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const child = spawn(command, parameters, { cwd: PROJECT_FOLDER, stdio: ['ignore', 2, 2] });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop, { once: true });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error) => {
    throw new StackError(`npm could not be run (${error.message}): run "npm ci" yourself.`, {
      cause: error,
    });
  });
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (code === null) throw new Interrupted();
  if (code !== 0)
    throw new StackError(`npm ci failed with exit code ${code}: see its output above.`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  outliveClosedOutput();
  process.exitCode = await installMissing().then(() => 0, report);
}
