import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KafkaBroker } from '../../stack/kafka/index.mjs';
import { say, step } from '../../stack/progress.mjs';
import type { EndRequests } from '../../stack/system/end-requests.mjs';
import { processesWithArgument, signalProcess } from '../../stack/system/processes.mjs';
import {
  foreignLibraries,
  readForeignRecords,
  writeForeignRecords,
  type ForeignRecords,
} from '../support/foreign-records.js';
import { readCommandLine } from './command-line.js';
import { differencesBetween } from './comparison.js';
import type { ForeignLibrary } from './libraries/library.js';
import { runLibrary } from './run-library.js';

/** Runs the libraries one after the other on one broker, and gives the exit code. Leaves nothing running. */
export async function main(parameters: readonly string[], requests: EndRequests): Promise<number> {
  const { libraries, records } = readCommandLine(parameters);
  const { signal } = requests;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-foreign-'));
  const clear = (): void => {
    for (const pid of processesWithArgument(`${folder}/`, { prefix: true }))
      signalProcess(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  requests.onAgain(() => {
    clear();
    process.exit(1);
  });
  const broker = new KafkaBroker({ folder: join(folder, 'kafka'), tell: say, signal });
  let isAllWell = true;
  try {
    await broker.start();
    for (const library of libraries) {
      const surroundings = { broker: broker.address, folder: join(folder, library.name), signal };
      const written = await step(library.title, () => runLibrary(library, surroundings));
      if (records) keep(library, written);
      else isAllWell = isAsKept(library, written) && isAllWell;
    }
  } finally {
    await broker.stop().finally(clear);
  }
  return isAllWell ? 0 : 1;
}

function keep({ name, title }: ForeignLibrary, written: ForeignRecords): void {
  writeForeignRecords(name, written);
  say(`${title} ${written.version}: ${written.deadLetters.length} dead letters are kept`);
}

function isAsKept(library: ForeignLibrary, now: ForeignRecords): boolean {
  const { name, title } = library;
  if (!foreignLibraries().includes(name)) {
    say(`${title}: nothing was kept; --record keeps what it writes`);
    return false;
  }
  const differences = differencesBetween(readForeignRecords(name), now, library);
  for (const difference of differences) say(`${title}: ${difference}`);
  if (differences.length === 0)
    say(`${title} ${now.version}: ${now.deadLetters.length} dead letters, as they were kept`);
  return differences.length === 0;
}
