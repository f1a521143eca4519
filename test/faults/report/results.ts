import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT_FOLDER } from '../../../stack/project.mjs';
import type { CommandLine } from '../command-line.js';
import { pageOf } from './page.js';
import type { ScenarioResult } from '../running/run-scenario.js';

export interface RunResults {
  readonly results: readonly ScenarioResult[];
  /** Scenarios that cannot be done on this machine, with the reason. */
  readonly impossible: ReadonlyMap<string, string>;
}

/** Writes the results as JSON, and as a page where one was asked for. Returns the JSON's path. */
export function writeResults(commandLine: CommandLine, run: RunResults): string {
  const { length, seed, reportFile } = commandLine;
  const date = new Date().toISOString();
  if (reportFile !== undefined) {
    mkdirSync(dirname(reportFile), { recursive: true });
    writeFileSync(reportFile, pageOf(commandLine, run, date));
  }
  const { results, impossible } = run;
  return writeJson('', { length, seed, results, impossible: Object.fromEntries(impossible) }, date);
}

export const RESULTS_FOLDER = join(PROJECT_FOLDER, '.millrace', 'faults');

/** Returns the path of the file. Its name begins with what was run and says when. */
export function writeJson(name: string, results: object, date = new Date().toISOString()): string {
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  const file = join(RESULTS_FOLDER, `${name}${name && '-'}${date.replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ date, ...results }, undefined, 2)}\n`);
  return file;
}
