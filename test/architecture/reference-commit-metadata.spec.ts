import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decodeCompletedAhead,
  encodeCompletedAhead,
} from '../../src/kafka/consumer/offsets/index.js';
import { PROJECT_FOLDER } from './fixtures/planted-tree.js';

const PAGE = 'docs/reference/commit-metadata.md';
const PLACE = { partition: 'orders-3', base: 420 };
const MAGIC = 'millrace1:';

interface Example {
  readonly settled: string;
  readonly text: string;
  readonly bytes: string;
}

const page = readFileSync(join(PROJECT_FOLDER, PAGE), 'utf8');
const examples = page.split('\n').flatMap((line): Example[] => {
  const [, settled, text, bytes] =
    /^\| ([\d–, ]+?) +\| `([^`]+)` +\| `([^`]+)` +\|$/.exec(line) ?? [];
  return settled === undefined ? [] : [{ settled, text: text!, bytes: bytes! }];
});

/** "421–427, 430" as bounds. */
const boundsOf = (settled: string): number[] =>
  settled.split(', ').flatMap((range) => {
    const [first, last = first] = range.split('–').map(Number);
    return [first!, last! + 1];
  });

describe(PAGE, () => {
  it('shows an example of each form, for the place that it names', () => {
    expect(examples.map(({ bytes }) => bytes.slice(0, 2))).toEqual(['00', '01']);
    expect(page).toContain('in partition 3 of `orders`, committed at 420');
  });

  it('shows examples that are written so and read so', () => {
    for (const { settled, text } of examples) {
      const bounds = boundsOf(settled);
      expect(encodeCompletedAhead(PLACE, bounds)).toBe(text);
      expect(decodeCompletedAhead(PLACE, text)).toEqual(bounds);
    }
  });

  it('shows the bytes that the text holds', () => {
    for (const { text, bytes } of examples) {
      const held = Buffer.from(text.slice(MAGIC.length), 'base64').toString('hex');
      expect(bytes.replaceAll(' ', '')).toBe(held);
    }
  });
});
