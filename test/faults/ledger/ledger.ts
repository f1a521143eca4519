import { writeFileSync } from 'node:fs';
import { javaProducerAvailable } from '../../support/java-producer.js';
import { writeJson } from '../report/results.js';
import type { Workspace } from '../running/workspace.js';
import type { Length } from '../scenarios/scenario.js';
import { ledgerLines, ledgerPage } from './page.js';
import { runLedgerOnce, type LedgerResult } from './run-ledger.js';
import { LEDGER, TRANSFERS, type Subject } from './subject.js';

const SUBJECTS: Readonly<Record<Length, readonly Subject[]>> = {
  smoke: [LEDGER],
  full: [LEDGER, TRANSFERS],
};

export interface LedgerOptions {
  readonly length: Length;
  readonly seed: number;
  readonly plant: string | undefined;
  readonly reportFile: string | undefined;
}

/** Exactly once under faults. True when all of it held; also where it cannot be judged, which is said. */
export async function runLedger(options: LedgerOptions, workspace: Workspace): Promise<boolean> {
  const java = await javaProducerAvailable();
  if (!java.isAvailable) {
    process.stdout.write(`the ledger was not run: its readers need a JDK (${java.reason})\n`);
    return true;
  }
  const { length, seed, reportFile } = options;
  const results: LedgerResult[] = [];
  for (const subject of SUBJECTS[length]) {
    const result = await runLedgerOnce(workspace, { ...options, subject });
    results.push(result);
    process.stdout.write(`${ledgerLines(result).join('\n')}\n`);
  }
  workspace.tell(`results: ${writeJson('ledger', { length, seed, results })}`);
  if (reportFile !== undefined) {
    writeFileSync(reportFile, ledgerPage({ length, seed, results }, new Date().toISOString()));
  }
  return results.every(({ verdicts }) => verdicts.every(({ holds }) => holds));
}
