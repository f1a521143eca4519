import { fileKeyOf } from '../environment/index.js';
import type { ConfigKey } from '../keys/index.js';

/** The value that holds when the key is not set, as it would be written; empty where only words can tell it. */
export function writtenDefault({ default: value, builtIn }: ConfigKey): string {
  return value ?? builtIn ?? '';
}

/** What the key is for, as a sentence without its full stop, and the file that may hold it. */
export function meaning({ key, describes, secret }: ConfigKey): string {
  const sentence = describes.charAt(0).toUpperCase() + describes.slice(1);
  return secret ? `${sentence} (secret: also in the file that ${fileKeyOf(key)} names)` : sentence;
}

/** What a right text looks like, and what a number counts. */
export function expectation({ parse, unit }: ConfigKey): string {
  return unit === undefined ? parse.expects : `${parse.expects} (${unit})`;
}

/** Keys by their section, sections in the order of their first key. */
export function bySection(keys: readonly ConfigKey[]): ReadonlyMap<string, readonly ConfigKey[]> {
  const sections = new Map<string, ConfigKey[]>();
  for (const key of keys) {
    const section = sections.get(key.section) ?? [];
    sections.set(key.section, [...section, key]);
  }
  return sections;
}
