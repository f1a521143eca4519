import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIALECTS, REDRIVE_HEADERS } from '../../src/dead-letters/index.js';
import { CONSUMER_HEADERS, DEAD_LETTER_HEADERS } from '../../src/failures/index.js';
import { PROJECT_FOLDER } from './fixtures/planted-tree.js';

const PAGE = 'docs/reference/headers.md';

const read = (path: string): string => readFileSync(join(PROJECT_FOLDER, path), 'utf8');

/** The names in the first column of the tables below a heading, down to the next heading. */
function rowsBelow(page: string, heading: string): string[] {
  const section = page.split(/^(?=#{2,3} )/m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name!);
}

/** The header names that a source asks for: as an argument, or in a list of them. */
function askedFor(source: string): string[] {
  const asked = [...source.matchAll(/\bheader(?:Text|Bytes)\([^()]*\)/g)].map(([call]) => call);
  const lists = [...source.matchAll(/\b[A-Z_]*HEADERS = \[([^\]]*)\]/g)].map(([, list]) => list!);
  return [...asked, ...lists].flatMap((text) =>
    [...text.matchAll(/'([^']+)'/g)].map(([, name]) => name!),
  );
}

/** The reasons of the type `DeadLetterReason`. */
function reasonsIn(source: string): string[] {
  const type = /export type DeadLetterReason =([\s\S]*?);/.exec(source)?.[1] ?? '';
  return [...type.matchAll(/'([^']+)'/g)].map(([, reason]) => reason!);
}

const page = read(PAGE);
const sources = readdirSync(join(PROJECT_FOLDER, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
  .map((path) => read(join('src', path)));

describe(PAGE, () => {
  it('lists the headers of a dead letter and no others', () => {
    expect(rowsBelow(page, '## Headers we write')).toEqual(Object.values(DEAD_LETTER_HEADERS));
  });

  it('lists the headers that a controller asks for besides, and no others', () => {
    expect(rowsBelow(page, '### For readers of an older form')).toEqual(
      Object.values(CONSUMER_HEADERS),
    );
  });

  it('lists the headers of a redriven record and no others', () => {
    expect(rowsBelow(page, '## Headers on redriven records')).toEqual(
      Object.values(REDRIVE_HEADERS),
    );
  });

  it('lists what is read of the dead letters of others, dialect by dialect', () => {
    const listed = page
      .split(/^(?=## )/m)
      .find((part) => part.startsWith('## Dead letters of others\n'))!
      .split('\n')
      .map((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, name]) => name!))
      .filter(([name]) => DIALECTS.some((dialect) => dialect.name === name));
    const read = DIALECTS.filter(({ name }) => name !== 'millrace').map(
      ({ name, recognisedBy, texts, numbers }) => [
        name,
        ...new Set([
          ...recognisedBy,
          ...Object.values(texts).flat(),
          ...Object.values(numbers).flat(),
        ]),
      ],
    );
    expect(listed).toEqual(read);
  });

  it('lists what a redrive leaves out of the dead letters of others', () => {
    const leftOut = new Set(DIALECTS.flatMap(({ actedOn }) => actedOn));
    expect(rowsBelow(page, '### Left out of what is redriven').sort()).toEqual([...leftOut].sort());
  });

  it('lists the headers that src reads and no others', () => {
    const asked = [...new Set(sources.flatMap(askedFor))];
    expect(asked.length).toBeGreaterThan(5);
    expect(rowsBelow(page, '## Headers we read').sort()).toEqual(asked.sort());
  });

  it('tells every reason, as one that is written or as one that is reserved', () => {
    const section = page.split(/^(?=#{2,3} )/m).find((part) => part.startsWith('### Reasons\n'))!;
    const written = rowsBelow(page, '### Reasons');
    const reserved = [...section.split('reserved')[1]!.matchAll(/`([^`]+)`/g)].map(
      ([, reason]) => reason!,
    );
    const reasons = reasonsIn(read('src/record/outcome.ts'));
    expect(reasons.length).toBeGreaterThan(5);
    expect([...written, ...reserved].sort()).toEqual(reasons.sort());
  });
});

describe('the reading of it', () => {
  it('sees planted rows below their own heading alone', () => {
    const planted = '## One\n\n| `a` | x |\n\n### Part\n\n| `b` | x |\n\n## Two\n\n| `c` | x |\n';
    expect(rowsBelow(planted, '## One')).toEqual(['a']);
    expect(rowsBelow(planted, '### Part')).toEqual(['b']);
    expect(rowsBelow(planted, '## Two')).toEqual(['c']);
  });

  it('sees planted names in a call and in a list', () => {
    const planted = "headerText(headers, 'one', ...MORE_HEADERS); const MORE_HEADERS = ['two'];";
    expect(askedFor(planted)).toEqual(['one', 'two']);
  });
});
