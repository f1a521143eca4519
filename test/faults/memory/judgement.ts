import type { Workload } from './workload.js';

/** What one process took and did. */
export interface Drained {
  /** The most that the process held of the machine's memory (VmHWM). */
  readonly peakBytes: number;
  /** From the start of the process until it was ready, its partitions assigned. */
  readonly readyAfterMs: number;
  /** From the start of the process until everything was committed. */
  readonly drainedAfterMs: number;
  /** The ids whose handler ended, as often as it did. */
  readonly ended: readonly string[];
  readonly deadLetters: number;
}

export interface Expected {
  readonly ids: ReadonlySet<string>;
  /** Records in the log that are to be handled: a repeated request may have left some of them twice. */
  readonly records: number;
  readonly deadLetters: number;
}

export type MemoryResult = {
  readonly workload: Workload;
  readonly drained: Drained | undefined;
  /** Why it does not hold; empty when it does. */
  readonly problems: readonly string[];
};

export const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;

/** A small peak is worth nothing when the work was not done. */
export function judge(workload: Workload, drained: Drained, expected: Expected): MemoryResult {
  const { peakBytes, ended, deadLetters } = drained;
  const { promisedBytes } = workload;
  const problems: string[] = [];
  if (promisedBytes !== undefined && peakBytes > promisedBytes) {
    problems.push(`it took ${mebibytes(peakBytes)}; promised are ${mebibytes(promisedBytes)}`);
  }
  const known = new Set(ended);
  const missing = [...expected.ids].filter((id) => !known.has(id)).length;
  if (missing > 0) problems.push(`${missing} records were not handled`);
  if (ended.length > expected.records) {
    problems.push(`${ended.length - expected.records} came again`);
  }
  if (deadLetters !== expected.deadLetters) {
    problems.push(`${deadLetters} dead letters instead of ${expected.deadLetters}`);
  }
  return { workload, drained, problems };
}
