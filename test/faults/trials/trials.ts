import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandLine } from '../command-line.js';
import { linesOf } from '../report/lines.js';
import { RESULTS_FOLDER, writeJson } from '../report/results.js';
import type { Workspace } from '../running/workspace.js';
import { trialsPage, trialWords } from './page.js';
import { hasHeld, type Trial } from './trial.js';
import { trialScenario } from './trial.scenario.js';

/** Graceful changes again and again, each time from empty topics. True when every trial held. */
export async function runTrials(commandLine: CommandLine, workspace: Workspace): Promise<boolean> {
  const { trials: count, kind, seed, plant, reportFile } = commandLine;
  const trials: Trial[] = [];
  for (let number = 1; number <= count; number += 1) {
    const scenario = trialScenario(kind, number);
    const settings = { length: 'full', seed: seed + number - 1, plant, tell: silent } as const;
    const trial = await workspace.run(scenario, settings).then(
      (result): Trial => ({ seed: settings.seed, result }),
      (error: unknown): Trial => ({ seed: settings.seed, error: String(error) }),
    );
    workspace.signal.throwIfAborted();
    trials.push(trial);
    workspace.tell(`${number} of ${count}: ${trialWords(trial)}`);
    if (!hasHeld(trial)) keepTraces(trial, workspace.folder, `t${number}-`);
  }
  workspace.tell(`results: ${writeJson('trials', { kind, seed, trials })}`);
  const page = trialsPage({ kind, seed, trials }, new Date().toISOString());
  process.stdout.write(page);
  if (reportFile !== undefined) writeFileSync(reportFile, page);
  return trials.every(hasHeld);
}

const silent = (): void => undefined;

/** What the members wrote is what tells why. */
function keepTraces({ seed, result }: Trial, folder: string, prefix: string): void {
  if (result !== undefined) process.stdout.write(`${linesOf(result).join('\n')}\n`);
  const name = readdirSync(folder).find((entry) => entry.startsWith(prefix));
  if (name === undefined) return;
  cpSync(join(folder, name), join(RESULTS_FOLDER, `trial-${seed}`), { recursive: true });
}
