import { writeFileSync } from 'node:fs';
import { writeJson } from '../report/results.js';
import type { Workspace } from '../running/workspace.js';
import { brokerReturns } from './broker-returns.js';
import { gracefulStop } from './graceful-stop.js';
import { halfOpen } from './half-open.js';
import { memberKilled } from './member-killed.js';
import { recoveryPage, resultWords } from './page.js';
import { hasHeld, type Measured, type RecoveryCase, type RecoveryResult } from './recovery-case.js';

const CASES = [gracefulStop, memberKilled, brokerReturns(0), brokerReturns(20_000), halfOpen];

export interface RecoveryOptions {
  readonly repeats: number;
  readonly seed: number;
  readonly reportFile: string | undefined;
}

/** Fault after fault, each again and again. True when every one was over within its target. */
export async function runRecovery(
  options: RecoveryOptions,
  workspace: Workspace,
): Promise<boolean> {
  const { repeats, seed, reportFile } = options;
  const results: RecoveryResult[] = [];
  for (const recoveryCase of CASES) {
    const measurements: Measured[] = [];
    for (let turn = 0; turn < repeats; turn += 1) {
      measurements.push(await carriedThrough(recoveryCase, workspace, seed + turn));
    }
    const result = { recoveryCase, measurements };
    results.push(result);
    workspace.tell(resultWords(result));
  }
  workspace.tell(`results: ${writeJson('recovery', { seed, results })}`);
  const page = recoveryPage(results, new Date().toISOString());
  process.stdout.write(page);
  if (reportFile !== undefined) writeFileSync(reportFile, page);
  return results.every(hasHeld);
}

/** What cannot be carried through has failed, and leaves nothing to the next one. */
async function carriedThrough(
  { measure }: RecoveryCase,
  workspace: Workspace,
  seed: number,
): Promise<Measured> {
  try {
    workspace.signal.throwIfAborted();
    return await measure(workspace, seed);
  } catch (error) {
    workspace.signal.throwIfAborted();
    await workspace.discardServers();
    const problems = [`it was not carried through: ${(error as Error).message}`];
    return { milliseconds: Infinity, problems };
  }
}
