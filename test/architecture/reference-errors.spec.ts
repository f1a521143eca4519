import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from './fixtures/planted-tree.js';

const PAGE = 'docs/reference/errors.md';

const CLASS = /^export class (\w+) extends \w+ \{\n([\s\S]*?)^\}/gm;
const CODE = /^ {2}(?:override )?readonly code(?:: string)? = '([A-Z_]+)'/m;
const RETRIABLE = /^ {2}(?:override )?readonly retriable(?:: boolean)? = (true|false)/m;
const ANY_CODE = /\breadonly code(?:: string)? = '/g;
const ROW = /^\| `([A-Z_]+)`\s+\| `(\w+)`\s+\| (yes|no)\s+\|/gm;

/** `CODE Class retriable`, the form in which the source and the page are compared. */
function declaredIn(source: string): string[] {
  return [...source.matchAll(CLASS)].flatMap(([, name, body]) => {
    const code = CODE.exec(body!)?.[1];
    if (code === undefined) return [];
    // A class that does not say it inherits it from a permanent one.
    const retriable = RETRIABLE.exec(body!)?.[1] === 'true' ? 'yes' : 'no';
    return [`${code} ${name} ${retriable}`];
  });
}

function listedIn(page: string): string[] {
  return [...page.matchAll(ROW)].map(([, code, name, retriable]) => `${code} ${name} ${retriable}`);
}

const sources = readdirSync(join(PROJECT_FOLDER, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
  .map((path) => readFileSync(join(PROJECT_FOLDER, 'src', path), 'utf8'));
const declared = sources.flatMap(declaredIn);
const listed = listedIn(readFileSync(join(PROJECT_FOLDER, PAGE), 'utf8'));

describe(PAGE, () => {
  it('lists every error of src', () => {
    expect(declared.filter((error) => !listed.includes(error))).toEqual([]);
  });

  it('lists no error that src does not have', () => {
    expect(listed.filter((error) => !declared.includes(error))).toEqual([]);
  });

  it('lists each code once, in order', () => {
    const codes = listed.map((error) => error.split(' ')[0]!);
    expect(codes).toEqual([...new Set(codes)].sort());
  });
});

describe('the reading of it', () => {
  it('finds the class of every code in src', () => {
    const codes = sources.flatMap((source) => [...source.matchAll(ANY_CODE)]);
    expect(codes.length).toBeGreaterThan(10);
    expect(declared).toHaveLength(codes.length);
  });

  it('sees a planted class and a planted row', () => {
    const body = "  readonly code = 'PLANTED';\n  readonly retriable = true;\n";
    expect(declaredIn(`export class PlantedError extends MillraceError {\n${body}}\n`)).toEqual([
      'PLANTED PlantedError yes',
    ]);
    expect(listedIn('| `PLANTED` | `PlantedError` | yes | text |')).toEqual([
      'PLANTED PlantedError yes',
    ]);
  });
});
