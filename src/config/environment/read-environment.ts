import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigurationError } from '../configuration.errors.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of the process over the `.env` file of the working directory. Nothing else reads `process.env`, and
 * nothing writes to it.
 */
export function readEnvironment(directory: string = process.cwd()): Environment {
  return overlay(dotEnvText(join(directory, '.env')), process.env);
}

/** What is set outside wins over the file, also when it is set to nothing. */
export function overlay(fileText: string, environment: Environment): Environment {
  return { ...parseEnv(fileText), ...environment };
}

function dotEnvText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'ENOENT') return '';
    throw new ConfigurationError([{ key: '.env', expected: `expected a readable file (${code})` }]);
  }
}
