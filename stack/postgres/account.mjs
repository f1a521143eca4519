import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { StackError } from '../project.mjs';

// The account "nobody" of Linux systems; it owns nothing else that we would touch.
const NOBODY = { uid: 65534, gid: 65534 };

/**
 * PostgreSQL refuses to run as root: root starts it as nobody. Everyone else starts it as themselves.
 * @returns {{ uid: number, gid: number } | undefined}
 */
export function serverAccount() {
  return process.getuid?.() === 0 ? NOBODY : undefined;
}

/** True when the server's account can walk into the folder (root's home, for one, is closed to nobody). */
export function canReach(folder, account = serverAccount()) {
  if (account === undefined) return true;
  const walk = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  });
  return walk.status === 0;
}

/**
 * A folder under the system's temporary folder that stands for `wanted` where the server's account cannot reach it;
 * the same for the same wish.
 */
export function reachableSubstitute(wanted) {
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 12);
  return ownFolder(join(tmpdir(), `millrace-${name}`));
}

/** A copy of the server's program files where nobody can read them, made once per version. */
export function reachablePrograms(programs, version) {
  const copies = ownFolder(join(tmpdir(), 'millrace-postgres'));
  const copy = join(copies, version);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${process.pid}`;
  const umask = process.umask(0o022);
  cpSync(programs, draft, { recursive: true, verbatimSymlinks: true });
  process.umask(umask);
  try {
    renameSync(draft, copy);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** Names in a temporary folder can be guessed: a folder that is not ours alone to write is not used. */
function ownFolder(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const status = lstatSync(folder);
  const ours =
    status.isDirectory() && status.uid === process.getuid() && (status.mode & 0o022) === 0;
  if (!ours)
    throw new StackError(
      `${folder} belongs to somebody else: remove it, or set TMPDIR to another folder.`,
    );
  chmodSync(folder, 0o755); // whatever the umask
  return folder;
}
