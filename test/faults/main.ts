import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../../stack/progress.mjs';
import type { EndRequests } from '../../stack/system/end-requests.mjs';
import { processesWithArgument, signalProcess } from '../../stack/system/processes.mjs';
import { unmountBelow } from './cluster/small-disk.js';
import { readCommandLine, type CommandLine } from './command-line.js';
import { runControls, runPlanted } from './detection/detect.js';
import { runLedger } from './ledger/ledger.js';
import { runMemory } from './memory/memory.js';
import { runRecovery } from './recovery/recovery.js';
import { runAll } from './running/run-all.js';
import { Workspace } from './running/workspace.js';
import { runSoak } from './soak/soak.js';
import { runTrials } from './trials/trials.js';

/** Runs what was asked for and gives the exit code. Everything started by it stands in one folder and ends with it. */
export async function main(parameters: readonly string[], requests: EndRequests): Promise<number> {
  const commandLine = readCommandLine(parameters);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-faults-'));
  chmodSync(folder, 0o755); // root starts PostgreSQL as another account
  const clear = (): void => {
    for (const pid of processesWithArgument(`${folder}/`, { prefix: true })) {
      signalProcess(pid, 'SIGKILL');
    }
    unmountBelow(folder);
    if (!commandLine.keep) rmSync(folder, { recursive: true, force: true });
  };
  requests.onAgain(() => {
    clear();
    process.exit(1);
  });
  const workspace = new Workspace(folder, requests.signal, say);
  try {
    say(`seed ${commandLine.seed}`);
    const holds = await MODES[commandLine.mode](commandLine, workspace);
    return holds ? 0 : 1;
  } finally {
    await workspace.close().finally(clear);
  }
}

type Mode = (commandLine: CommandLine, workspace: Workspace) => Promise<boolean>;
const MODES: Readonly<Record<CommandLine['mode'], Mode>> = {
  scenarios: runAll,
  soak: runSoak,
  trials: runTrials,
  memory: runMemory,
  recovery: runRecovery,
  ledger: runLedger,
  controls: runControls,
  planted: runPlanted,
};
