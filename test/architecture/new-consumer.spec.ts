import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commandsIn, filesIn } from './fixtures/guide-files.js';
import { PROJECT_FOLDER, runNode, runTool, type ToolResult } from './fixtures/planted-tree.js';

const GUIDE = 'docs/guides/add-a-consumer.md';
const CONSUMER = join('src', 'consumers', 'parcels');
const WRITTEN = join('src', 'consumers', 'written-parcels');
const COPIED = [
  ...['src', 'scripts', join('test', 'support'), 'package.json', 'tsconfig.json'],
  ...['eslint.config.mjs', 'jest.config.js', '.prettierrc'],
];
const JEST = ['--experimental-vm-modules', join('node_modules', 'jest', 'bin', 'jest.js')];

/** The project without its consumers, in a folder of its own. */
async function copyOfProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-new-consumer-'));
  const isWanted = (source: string): boolean =>
    !source.startsWith(join(PROJECT_FOLDER, 'src', 'consumers') + '/') &&
    !(source.startsWith(join(PROJECT_FOLDER, 'src')) && source.endsWith('.spec.ts'));
  for (const name of COPIED) {
    const source = join(PROJECT_FOLDER, name);
    await cp(source, join(folder, name), { recursive: true, filter: isWanted });
  }
  // Jest wants the folder of each lane, also of those that are not run.
  const lanes = /'(test\/[a-z0-9-]+)'/g;
  const configuration = await readFile(join(folder, 'jest.config.js'), 'utf8');
  for (const [, lane] of configuration.matchAll(lanes)) {
    await mkdir(join(folder, lane!), { recursive: true });
  }
  await symlink(join(PROJECT_FOLDER, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** The last version of each file under its own name; earlier ones beside it. */
async function writeGuideFiles(folder: string, page: string): Promise<string[]> {
  const files = filesIn(page);
  const written: string[] = [];
  for (const [step, { path, text }] of files.entries()) {
    const isLast = !files.slice(step + 1).some((later) => later.path.endsWith(path));
    const name = isLast ? path : path.replace(/\.ts$/, `.step-${step}.ts`);
    const target = /^(src|test)\//.test(name) ? name : join(CONSUMER, name);
    await mkdir(dirname(join(folder, target)), { recursive: true });
    await writeFile(join(folder, target), text);
    written.push(target);
  }
  return written;
}

const saying = ({ exitCode, stdout, stderr }: ToolResult): string =>
  exitCode === 0 ? 'nothing' : `${stdout}\n${stderr}`;

describe(`${GUIDE} and npm run new-consumer`, () => {
  let folder: string;
  let page: string;
  let command: string[];

  beforeAll(async () => {
    [folder, page] = await Promise.all([
      copyOfProject(),
      readFile(join(PROJECT_FOLDER, GUIDE), 'utf8'),
    ]);
    const [line] = commandsIn(page, 'npm run new-consumer -- ');
    command = [join('scripts', 'new-consumer.mjs'), ...line!.split(' ').slice(4)];
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const specOf = (consumer: string): Promise<ToolResult> =>
    runNode(folder, [
      ...JEST,
      '--selectProjects',
      'unit',
      '-w',
      '1',
      '--rootDir',
      folder,
      consumer,
    ]);

  it('refuses what is no name, no topic, or there already, and writes nothing', async () => {
    for (const words of [['Parcels', '--topic', 'x'], ['parcels'], ['kafka', '--topic', 'x']]) {
      const { exitCode, stderr } = await runNode(folder, [command[0]!, ...words]);
      expect([words, exitCode]).toEqual([words, 2]);
      expect(stderr).toContain('npm run new-consumer -- <name> --topic <topic>');
    }
  });

  it('writes the files that the guide names, with a spec that passes', async () => {
    const { stdout, exitCode } = await runNode(folder, command);
    expect(exitCode).toBe(0);
    const written = [...stdout.matchAll(/^wrote src\/consumers\/parcels\/(.+)$/gm)];
    expect(written.length).toBeGreaterThan(4);
    for (const [, path] of written) expect(page).toContain(`| \`${path}\``);
    expect((await runNode(folder, command)).exitCode).toBe(2);
    expect(saying(await specOf(CONSUMER))).toBe('nothing');
  });

  it('leads to files that pass every check, with a spec that passes', async () => {
    await rename(join(folder, CONSUMER), join(folder, WRITTEN));
    const files = await writeGuideFiles(folder, page);
    expect(files.length).toBeGreaterThan(8);
    await writeFile(
      join(folder, 'tsconfig.checked.json'),
      JSON.stringify({
        extends: './tsconfig.json',
        files,
        include: [WRITTEN],
      }),
    );
    const results = [
      await runTool(folder, 'prettier', ['--check', WRITTEN, ...files]),
      await runTool(folder, 'eslint', [WRITTEN, ...files]),
      await runTool(folder, 'tsc', ['-p', 'tsconfig.checked.json']),
      await specOf(CONSUMER),
    ];
    expect(results.map(saying)).toEqual(results.map(() => 'nothing'));
  }, 240_000);
});

describe('the reading of the guide', () => {
  it('takes each block for the file that the paragraph before it names last', () => {
    const page = 'See `a.ts`, then `b/c.ts`:\n\n```ts\nx;\n```\n\nA part:\n\n```ts\ny;\n```\n';
    expect(filesIn(page)).toEqual([{ path: 'b/c.ts', text: 'x;\n' }]);
  });
});
