import { writeFileSync } from 'node:fs';
import { KafkaAccess } from '../cluster/kafka-access.js';
import { writeJson } from '../report/results.js';
import type { Workspace } from '../running/workspace.js';
import type { Length } from '../scenarios/scenario.js';
import { drain } from './drain.js';
import type { MemoryResult } from './judgement.js';
import { memoryPage, resultWords } from './page.js';
import { workloads, type Workload } from './workload.js';

export interface MemoryOptions {
  readonly length: Length;
  readonly reportFile: string | undefined;
}

/** The peak of one process for each backlog. True when each was handled within what is promised of it. */
export async function runMemory(options: MemoryOptions, workspace: Workspace): Promise<boolean> {
  const { length, reportFile } = options;
  const { brokers } = await workspace.provideBrokers({ brokers: 1 });
  const kafka = await new KafkaAccess(brokers[0]!.address).connect();
  const results: MemoryResult[] = [];
  try {
    for (const workload of workloads(length)) {
      const result = await carriedThrough(workload, kafka, workspace);
      results.push(result);
      workspace.tell(resultWords(result));
    }
  } finally {
    await kafka.close();
  }
  workspace.tell(`results: ${writeJson('memory', { length, results: results.map(bare) })}`);
  const page = memoryPage({ length, results }, new Date().toISOString());
  process.stdout.write(page);
  if (reportFile !== undefined) writeFileSync(reportFile, page);
  return results.every(({ problems }) => problems.length === 0);
}

/** What cannot be carried through has failed, and the next one is tried. */
async function carriedThrough(
  workload: Workload,
  kafka: KafkaAccess,
  { folder, signal }: Workspace,
): Promise<MemoryResult> {
  try {
    return await drain(workload, { kafka, folder, signal });
  } catch (error) {
    signal.throwIfAborted();
    const problems = [`it was not carried through: ${(error as Error).message}`];
    return { workload, drained: undefined, problems };
  }
}

/** Thousands of ids are of no use to a reader. */
function bare({ workload, drained, problems }: MemoryResult): object {
  return { ...workload, ...drained, ended: drained?.ended.length, problems };
}
