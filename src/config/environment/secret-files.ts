import type { ConfigurationProblems } from '../configuration.errors.js';
import type { ConfigKey } from '../keys/index.js';
import type { SuppliedTexts } from './supplied-texts.js';

export type ReadFile = (path: string) => string;

/** The key whose value names the file with the secret. */
export function fileKeyOf(key: string): string {
  return `${key}_FILE`;
}

/** Gives each secret the text of the file that its `_FILE` key names, without the newline at its end. */
export function supplySecretFiles(
  texts: SuppliedTexts,
  secrets: readonly ConfigKey[],
  readFile: ReadFile,
  problems: ConfigurationProblems,
): void {
  for (const { key } of secrets) {
    const fileKey = fileKeyOf(key);
    const path = texts.get(fileKey);
    if (path === undefined) continue;
    if (texts.has(key)) {
      problems.add(key, `expected to be set once, and ${fileKey} is set too`);
      continue;
    }
    const content = readOrExplain(path.trim(), readFile);
    if (content.text === undefined) problems.add(key, content.expected, fileKey);
    else texts.supply(key, content.text, fileKey);
  }
}

/** The file's text, or why it is none: the system's code and never the path. */
export function readOrExplain(
  path: string,
  readFile: ReadFile,
): { readonly text: string } | { readonly text: undefined; readonly expected: string } {
  try {
    const text = readFile(path).replace(/\r?\n$/, '');
    if (text !== '') return { text };
    return { text: undefined, expected: 'expected the path of a file that is not empty' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { text: undefined, expected: `expected the path of a readable file${code}` };
  }
}
