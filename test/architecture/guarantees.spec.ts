import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCENARIOS } from '../faults/scenarios/index.js';
import { PROJECT_FOLDER } from './fixtures/planted-tree.js';

const PAGE = 'docs/guarantees.md';
const LAST_COLUMN = 'proven by';
const SCENARIO_COLUMN = 'scenario';

/** A title that stands as the first argument of a test, also of a table of them. */
const TITLE =
  /(?:\b(?:it|test)\(|\)\()\s*(['"])((?:\\.|(?!\1)[^\\\n])*)\1\s*,\s*(?:async\s*)?(?:\(|\w+\s*=>)/g;
const PROOF = /^`([^`]+) › ([^`]+)`$/;

interface Row {
  readonly cells: readonly string[];
  readonly proofs: readonly string[];
}

/** The rows of the tables whose last column has that name. */
function provenRows(page: string, lastColumn = LAST_COLUMN): Row[] {
  const rows: Row[] = [];
  let isProven = false;
  for (const line of page.split('\n')) {
    if (!line.startsWith('|')) {
      isProven = false;
      continue;
    }
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const last = cells.at(-1)!;
    if (last === lastColumn) isProven = true;
    else if (isProven && !/^-+$/.test(last)) {
      rows.push({ cells, proofs: last.split('<br>').map((proof) => proof.trim()) });
    }
  }
  return rows;
}

function titlesIn(source: string): string[] {
  return [...source.matchAll(TITLE)].map(([, , title]) => title!.replaceAll(/\\(.)/g, '$1'));
}

function fault(proof: string): string | undefined {
  const [, path, title] = PROOF.exec(proof) ?? [];
  if (path === undefined || title === undefined) return `names no test: ${proof}`;
  const file = join(PROJECT_FOLDER, path);
  if (!path.endsWith('.spec.ts') || !existsSync(file)) return `no such spec: ${path}`;
  if (!titlesIn(readFileSync(file, 'utf8')).includes(title)) return `no such title: ${proof}`;
  return undefined;
}

const page = readFileSync(join(PROJECT_FOLDER, PAGE), 'utf8');
const rows = provenRows(page);

describe(PAGE, () => {
  it('leaves no cell of a guarantee empty', () => {
    expect(rows.length).toBeGreaterThan(20);
    const incomplete = rows.filter(({ cells }) => cells.length !== 4 || cells.includes(''));
    expect(incomplete).toEqual([]);
  });

  it('proves every guarantee by tests that exist under their titles', () => {
    const faults = rows.flatMap(({ proofs }) => proofs.map(fault));
    expect(faults.filter((found) => found !== undefined)).toEqual([]);
  });
});

describe('its table of faults', () => {
  const named = provenRows(page, SCENARIO_COLUMN).flatMap(({ cells }) => cells.at(-1)!.split(', '));

  it('names each scenario that there is, once, and no other', () => {
    expect(named.sort()).toEqual(SCENARIOS.map(({ id }) => id).sort());
  });
});

describe('the reading of it', () => {
  it('sees the rows of proven tables alone', () => {
    const head = `| what | ${LAST_COLUMN} |\n| --- | --- |\n`;
    const planted = `${head}| a | \`x › y\`<br>\`z › w\` |\n\n| other | table |\n| - | - |\n| b | c |\n`;
    expect(provenRows(planted)).toEqual([
      { cells: ['a', '`x › y`<br>`z › w`'], proofs: ['`x › y`', '`z › w`'] },
    ]);
  });

  it('sees titles of tests and of tables of tests, and no others', () => {
    const planted = [
      "it('one', () => {});",
      'it("two\'s", async () => {});',
      "it.each([['no', 1]])('three %s', (name) => {});",
      "it.each(\n  all,\n)(\n  'four',\n  async ({ a }) => {},\n);",
      "describe('a group', () => {});",
      "expect(text).toBe('five');",
    ].join('\n');
    expect(titlesIn(planted)).toEqual(['one', "two's", 'three %s', 'four']);
  });

  it('sees a missing spec, a missing title and no test at all', () => {
    const own = 'test/architecture/guarantees.spec.ts';
    expect(fault(`\`${own} › sees titles of tests and of tables of tests, and no others\``)).toBe(
      undefined,
    );
    expect(fault(`\`${own} › sees\``)).toMatch(/^no such title/);
    expect(fault('`test/none.spec.ts › sees`')).toBe('no such spec: test/none.spec.ts');
    expect(fault('see the code')).toMatch(/^names no test/);
  });
});
