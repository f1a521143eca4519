import type { Output } from './ledger-evidence.js';

/** What a reader was given, by partition of each output, in its order. */
export function logsOf(outputs: readonly Output[]): Map<string, Output[]> {
  const logs = new Map<string, Output[]>();
  for (const output of outputs) {
    const name = `${output.topic} ${output.partition}`;
    const log = logs.get(name);
    if (log === undefined) logs.set(name, [output]);
    else log.push(output);
  }
  return logs;
}

/** Where two of them part; undefined when they are the same. */
export function firstDifference(
  left: readonly Output[],
  right: readonly Output[],
): number | undefined {
  const length = Math.max(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    if (wordsOf(left[at]) !== wordsOf(right[at])) return at;
  }
  return undefined;
}

export function wordsOf(output: Output | undefined): string {
  if (output === undefined) return 'nothing';
  const { kind, offset, key, id = '-', part = 0, source } = output;
  return `${kind} ${offset} (of ${source.partition}@${source.offset}, key ${key}, id ${id}, part ${part})`;
}
