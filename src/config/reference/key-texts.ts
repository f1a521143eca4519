import { fileKeyOf } from '../environment/index.js';
import type { ConfigKey } from '../keys/index.js';

/**
 * The value that holds when the key is not set, as it would be written; empty where only words can tell it, or where no
 * value holds because the key is not in effect.
 */
export function writtenDefault({ default: value, builtIn, inEffect }: ConfigKey): string {
  return inEffect ? (value ?? builtIn ?? '') : '';
}

/** What holds when the key is not set, in words, or undefined when there is nothing to tell. */
export function toldDefault({ otherwise, inEffect }: ConfigKey): string | undefined {
  return inEffect ? otherwise : undefined;
}

/** What the key is for, as a sentence without its full stop, and the file that may hold it. */
export function meaning({ key, describes, secret, inEffect }: ConfigKey): string {
  const told = inEffect ? describes : `not in effect in this version: ${describes}`;
  const sentence = told.charAt(0).toUpperCase() + told.slice(1);
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
