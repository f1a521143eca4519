import { say } from '../../../stack/progress.mjs';
import type { CommandLine } from '../command-line.js';
import { closingLine, linesOf, notInjected } from '../report/lines.js';
import { writeResults } from '../report/results.js';
import type { Scenario } from '../scenarios/scenario.js';
import { unfinished, type ScenarioResult } from './run-scenario.js';
import type { Workspace } from './workspace.js';

/** Runs scenario after scenario, whatever becomes of one. True when all invariants held in all of them. */
export async function runAll(commandLine: CommandLine, workspace: Workspace): Promise<boolean> {
  const { scenarios, length, seed, plant } = commandLine;
  const results: ScenarioResult[] = [];
  const impossible = new Map<string, string>();
  for (const scenario of scenarios) {
    const reason = await scenario.impossible?.();
    if (reason !== undefined) {
      impossible.set(scenario.id, reason);
      continue;
    }
    const result = await finished(scenario, workspace, () =>
      workspace.run(scenario, { length, seed, plant }),
    );
    results.push(result);
    process.stdout.write(`${linesOf(result).join('\n')}\n`);
  }
  process.stdout.write(`${notInjected(impossible).join('\n')}\n`);
  say(`results: ${writeResults(commandLine, { results, impossible })}`);
  process.stdout.write(`${closingLine(results)}\n`);
  return results.every(({ verdicts }) => verdicts.every(({ holds }) => holds));
}

/** What cannot be carried through has failed, and leaves nothing to the next one. */
async function finished(
  scenario: Scenario,
  workspace: Workspace,
  run: () => Promise<ScenarioResult>,
): Promise<ScenarioResult> {
  try {
    return await run();
  } catch (error) {
    workspace.signal.throwIfAborted();
    await workspace.discardServers();
    return unfinished(scenario, error);
  }
}
