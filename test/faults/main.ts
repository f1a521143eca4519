import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from '../../stack/progress.mjs';
import type { EndRequests } from '../../stack/system/end-requests.mjs';
import { processesWithArgument, signalProcess } from '../../stack/system/processes.mjs';
import { PostgresServer } from '../support/stack.js';
import { Brokers } from './cluster/brokers.js';
import { readCommandLine, type CommandLine } from './command-line.js';
import { linesOf } from './report/lines.js';
import { writeResults } from './report/results.js';
import { runScenario, type ScenarioResult } from './running/run-scenario.js';
import { copyService } from './running/service-copy.js';

/** Runs the scenarios and gives the exit code. Everything started by it stands in one folder and ends with it. */
export async function main(parameters: readonly string[], requests: EndRequests): Promise<number> {
  const commandLine = readCommandLine(parameters);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-faults-'));
  chmodSync(folder, 0o755); // root starts PostgreSQL as another account
  const clear = (): void => {
    for (const pid of processesWithArgument(`${folder}/`, { prefix: true })) {
      signalProcess(pid, 'SIGKILL');
    }
    if (!commandLine.keep) rmSync(folder, { recursive: true, force: true });
  };
  requests.onAgain(() => {
    clear();
    process.exit(1);
  });
  try {
    const results = await runAll(commandLine, folder, requests.signal);
    const holds = results.every(({ verdicts }) => verdicts.every((verdict) => verdict.holds));
    say(`results: ${writeResults(commandLine, results)}`);
    return holds ? 0 : 1;
  } finally {
    clear();
  }
}

async function runAll(
  { scenarios, length, seed, plant }: CommandLine,
  folder: string,
  signal: AbortSignal,
): Promise<ScenarioResult[]> {
  say(`seed ${seed}`);
  const main = copyService(join(folder, 'copy'));
  const brokers = new Brokers(folder, say, signal);
  const results: ScenarioResult[] = [];
  let postgres: PostgresServer | undefined;
  try {
    for (const scenario of scenarios) {
      signal.throwIfAborted();
      say(`${scenario.id} ${scenario.title}`);
      if (scenario.store === 'postgres') {
        postgres ??= await new PostgresServer({
          folder: join(folder, 'postgres'),
          durable: false,
        }).start();
      }
      const running = await brokers.provide(scenario);
      const result = await runScenario(scenario, {
        length,
        plant,
        seed,
        folder,
        main,
        ...running,
        postgres: scenario.store === 'postgres' ? postgres : undefined,
        tell: say,
        signal,
      });
      results.push(result);
      process.stdout.write(`${linesOf(result).join('\n')}\n`);
    }
  } finally {
    await Promise.all([brokers.stop(), postgres?.stop()]);
  }
  return results;
}
