import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { brokenLinks } from './fixtures/markdown-links.js';
import { PROJECT_FOLDER } from './fixtures/planted-tree.js';

const NOT_OURS = new Set(['.git', 'node_modules', 'dist', 'coverage', '.millrace', 'samples']);
const FORBIDDEN_NAMES = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'impl']);
/** Put together here, so that this file does not hold the marks itself. */
const UNFINISHED = new RegExp(`\\b(?:${'TO'}DO|${'FIX'}ME)\\b`);
const NOT_RUN =
  /\b(?:describe|it|test)(?:\.\w+)*\.(?:only|skip|todo)\b|\b(?:[fx](?:it|describe)|xtest)\(/;
const STATIC_IMPORT = /^(?:import|export)\s(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;

function filesBelow(folder: string): string[] {
  return readdirSync(join(PROJECT_FOLDER, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (NOT_OURS.has(path) || entry.name === 'node_modules') return [];
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const read = (path: string): string => readFileSync(join(PROJECT_FOLDER, path), 'utf8');
const wordsOf = (path: string): string[] =>
  path
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z]+/);

interface Dependencies {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const files = filesBelow('.');
const code = files.filter((path) => ['.ts', '.mjs', '.cjs', '.js'].includes(extname(path)));
const pages = files.filter((path) => path.endsWith('.md'));

/** What a module loads before its first line runs, itself included; packages and built-ins by their names. */
function loadedAtStart(module: string, seen = new Set<string>()): Set<string> {
  if (seen.has(module)) return seen;
  seen.add(module);
  if (!module.endsWith('.mjs')) return seen;
  for (const [, source] of read(module).matchAll(STATIC_IMPORT)) {
    if (source!.startsWith('.')) loadedAtStart(join(dirname(module), source!), seen);
    else seen.add(source!);
  }
  return seen;
}

describe('the layout', () => {
  it('has no drawer for what found no place', () => {
    expect(files.filter((path) => wordsOf(path).some((word) => FORBIDDEN_NAMES.has(word)))).toEqual(
      [],
    );
  });

  it('runs every test that it holds', () => {
    const specs = files.filter((path) => path.endsWith('.spec.ts'));
    expect(specs.length).toBeGreaterThan(3);
    expect(specs.filter((path) => NOT_RUN.test(read(path)))).toEqual([]);
  });

  it('leaves nothing marked as unfinished', () => {
    expect([...code, ...pages].filter((path) => UNFINISHED.test(read(path)))).toEqual([]);
  });

  it.each(['start', 'demo', 'test', 'stack', 'millrace'])(
    'lets stack/%s.mjs start before any package is installed',
    (name) => {
      const loaded = [...loadedAtStart(join('stack', `${name}.mjs`))];
      const outside = loaded.filter((source) => !source.startsWith(`stack/`));
      expect(outside.filter((source) => !source.startsWith('node:'))).toEqual([]);
    },
  );
});

describe('the documentation', () => {
  it.each(pages)('%s links to what exists', (page) => {
    expect(brokenLinks(join(PROJECT_FOLDER, page))).toEqual([]);
  });

  it.each(pages)('%s names only commands that package.json has', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/\bnpm run ([a-z][a-z:-]*)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('shows on its first screen how to start and how to test', () => {
    const firstScreen = read('README.md').split('\n').slice(0, 60).join('\n');
    expect(firstScreen).toContain('npm start');
    expect(firstScreen).toContain('npm test');
  });
});

describe('the packages', () => {
  it('are pinned to one version each', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Dependencies;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  // Made where a registry lacks another platform's packages, a lockfile omits them and `npm ci` refuses it everywhere.
  it('stand in the lockfile for every platform', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const locked = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
    const optional = Object.values(packages).flatMap((entry) =>
      Object.keys(entry.optionalDependencies ?? {}),
    );
    expect(optional.filter((name) => !locked.has(name))).toEqual([]);
  });
});

describe('the checks above', () => {
  it.each(['src/kafka/string-utils.ts', 'src/common/a.ts', 'src/a/retryHelper.ts'])(
    'see a drawer in %s',
    (path) => {
      expect(wordsOf(path).some((word) => FORBIDDEN_NAMES.has(word))).toBe(true);
    },
  );

  it.each([
    ['it', 'only'],
    ['describe', 'skip'],
    ['test', 'todo'],
    ['it', 'each', 'only'],
  ])('see a test that stands aside (%s.%s)', (...words) => {
    expect(NOT_RUN.test(`${words.join('.')}('x')`)).toBe(true);
  });

  it('see an unfinished mark', () => {
    expect(['TO', 'DO'].join('')).toMatch(UNFINISHED);
    expect(['FIX', 'ME'].join('')).toMatch(UNFINISHED);
  });

  it('see a link to a missing file or heading, and let good ones pass', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-links-'));
    try {
      const page = join(folder, 'page.md');
      const good = ['[a](page.md)', '[b](#first-part)', '[c](https://example.org/x)', '`[d](no)`'];
      const bad = ['[e](missing.md)', '[f](page.md#nowhere)'];
      writeFileSync(page, `# First part\n\n${[...good, ...bad].join('\n')}\n`);
      expect(brokenLinks(page)).toEqual(['missing.md', 'page.md#nowhere']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
