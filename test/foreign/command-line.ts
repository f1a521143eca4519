import { parseArgs } from 'node:util';
import { StackError } from '../../stack/project.mjs';
import { LIBRARIES } from './libraries/index.js';
import type { ForeignLibrary } from './libraries/library.js';

export interface CommandLine {
  readonly libraries: readonly ForeignLibrary[];
  /** Keep what the libraries write, instead of comparing it with what was kept. */
  readonly records: boolean;
}

const NAMES = LIBRARIES.map(({ name }) => name);
const USAGE = `npm run test:foreign -- [--record] [${NAMES.join(' | ')}] …`;

export function readCommandLine(parameters: readonly string[]): CommandLine {
  const { values, positionals } = parse(parameters);
  const unknown = positionals.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw new StackError(`No library is called ${unknown[0]}.\n${USAGE}`);
  const isChosen = ({ name }: ForeignLibrary): boolean =>
    positionals.length === 0 || positionals.includes(name);
  return { libraries: LIBRARIES.filter(isChosen), records: values.record === true };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      options: { record: { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new StackError(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
}
