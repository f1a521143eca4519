import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { say, step } from './progress.mjs';
import { PROJECT_FOLDER, StackError } from './project.mjs';
import { runCommand } from './system/detached.mjs';
import { withFileLock } from './system/file-lock.mjs';

const DIST = join(PROJECT_FOLDER, 'dist');
const STAMP = join(DIST, '.millrace-build');

export const SERVICE_ENTRY = join(DIST, 'main.js');

/** Compiles src/ to dist/ when a source has changed since. A source that was removed takes its output with it. */
export async function buildService({ tell = say } = {}) {
  if (stampFits(sourceList())) return;
  const waiting = (holder) => tell(`waiting for process ${holder}, which is building …`);
  await withFileLock(
    join(PROJECT_FOLDER, '.millrace', 'build.lock'),
    async () => {
      const sources = sourceList();
      if (stampFits(sources)) return;
      clearWhatIsGone(sources);
      await step('building the service', compile, { tell });
      writeFileSync(STAMP, JSON.stringify(sources));
    },
    { waiting },
  );
}

/** Every file that decides what dist/ holds, with its size and time. */
function sourceList() {
  const files = readdirSync(join(PROJECT_FOLDER, 'src'), { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'),
    )
    .map((entry) => relative(PROJECT_FOLDER, join(entry.parentPath, entry.name)));
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  return Object.fromEntries(
    [...files, ...settings].sort().map((file) => {
      const { size, mtimeMs } = statSync(join(PROJECT_FOLDER, file));
      return [file, `${size} ${mtimeMs}`];
    }),
  );
}

function lastBuild() {
  return existsSync(STAMP) ? JSON.parse(readFileSync(STAMP, 'utf8')) : undefined;
}

function stampFits(sources) {
  return existsSync(SERVICE_ENTRY) && JSON.stringify(lastBuild()) === JSON.stringify(sources);
}

/** The compiler never deletes, and believes its own record of what it wrote: when in doubt it starts afresh. */
function clearWhatIsGone(sources) {
  const before = lastBuild();
  const nothingGone = before !== undefined && Object.keys(before).every((file) => file in sources);
  if (!nothingGone || !existsSync(SERVICE_ENTRY)) rmSync(DIST, { recursive: true, force: true });
}

async function compile() {
  const compiler = join(PROJECT_FOLDER, 'node_modules', 'typescript', 'bin', 'tsc');
  const { code, output } = await runCommand(
    process.execPath,
    [compiler, '-p', 'tsconfig.build.json'],
    {
      cwd: PROJECT_FOLDER,
    },
  );
  if (code !== 0) throw new StackError(`The service does not compile:\n${output.trimEnd()}`);
}
