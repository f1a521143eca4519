import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf } from '../report/lines.js';
import { writeJson } from '../report/results.js';
import type { Workspace } from '../running/workspace.js';
import { growthOf } from './growth.js';
import { readMemorySamples, type MemorySample } from './memory-samples.js';
import { growthLines, soakPage } from './page.js';
import { soakScenario } from './soak.scenario.js';

const LIMIT_BYTES_PER_HOUR = 1_000_000;
/** A shorter run shows that the way works, not that nothing grows. */
const JUDGED_FROM_MINUTES = 30;

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly reportFile: string | undefined;
}

/** Memory over a long run. True when every invariant holds and what is live does not grow. */
export async function runSoak(options: SoakOptions, workspace: Workspace): Promise<boolean> {
  const { minutes, seed, reportFile } = options;
  const run = workspace.run(soakScenario(minutes), { length: 'full', seed });
  // What was measured is told whatever becomes of the checks.
  await run.catch(() => undefined);
  const samples = samplesIn(workspace.folder);
  const growth = growthOf(samples, minutes);
  process.stdout.write(`${growthLines(growth).join('\n')}\n`);
  const file = writeJson('soak', { minutes, seed, growth, samples });
  workspace.tell(`samples: ${file}`);
  const result = await run;
  process.stdout.write(`${linesOf(result).join('\n')}\n`);
  if (reportFile !== undefined) {
    const page = soakPage({ minutes, seed, growth, samples, result }, new Date().toISOString());
    writeFileSync(reportFile, page);
  }
  const grows = minutes >= JUDGED_FROM_MINUTES && growth.live.perHour > LIMIT_BYTES_PER_HOUR;
  return !grows && result.verdicts.every(({ holds }) => holds);
}

function samplesIn(folder: string): MemorySample[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const name = files.find((file) => /^soak-[^/]+\/memory-1\.log$/.test(file));
  if (name === undefined) throw new Error('the member measured no memory');
  return readMemorySamples(join(folder, name));
}
