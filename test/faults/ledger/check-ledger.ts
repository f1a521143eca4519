import { Findings, type Verdict } from '../checker/verdict.js';
import type { Input, LedgerEvidence, Output } from './ledger-evidence.js';
import { firstDifference, logsOf, wordsOf } from './output-logs.js';

interface Judged extends LedgerEvidence {
  readonly byPlace: ReadonlyMap<string, Input>;
  /** The outputs of each place, as they stand after the run. */
  readonly made: ReadonlyMap<string, readonly Output[]>;
}

/**
 * Judges a run whose outputs are written in transactions with the offsets: what was read is what was put in, each once
 * and whole, in the order of keys, by the reader during the faults as by the one after them, and no transaction is left
 * open.
 */
export function checkLedger(evidence: LedgerEvidence): Verdict[] {
  const byPlace = new Map(evidence.inputs.map((input) => [placeOf(input), input]));
  const made = new Map<string, Output[]>();
  for (const output of evidence.after) {
    const place = placeOf(output.source);
    made.set(place, [...(made.get(place) ?? []), output]);
  }
  const judged = { ...evidence, byPlace, made };
  return [
    eachHasItsOutput(judged),
    keysInOrder(judged),
    onceAndWhole(judged),
    readersAgree(judged),
    nothingIsOpen(judged),
  ];
}

const placeOf = ({ partition, offset }: { partition: number; offset: number }): string =>
  `${partition}@${offset}`;

/** The group has committed past what has no output: they were not in one transaction, or it never was. */
function eachHasItsOutput({ inputs, made }: Judged): Verdict {
  const findings = new Findings('I1 no loss');
  for (const { partition, offset, expects } of inputs) {
    if (made.has(placeOf({ partition, offset }))) continue;
    findings.add({ what: `there is no ${expects} of it`, partition, offset });
  }
  return findings.verdict({ records: inputs.length });
}

/** In the log of each output, the entries of a key come as their records came. */
function keysInOrder({ after }: Judged): Verdict {
  const findings = new Findings('I3 key order');
  const last = new Map<string, Output>();
  for (const entry of after) {
    if (entry.kind !== 'entry') continue;
    const series = `${entry.topic} ${entry.key} ${entry.part ?? 0}`;
    const what = disorderOf(last.get(series), entry);
    if (what !== undefined) findings.add({ what, ...entry.source });
    last.set(series, entry);
  }
  return findings.verdict({ series: last.size });
}

function disorderOf(before: Output | undefined, entry: Output): string | undefined {
  if (before === undefined) return undefined;
  if (before.partition !== entry.partition) {
    return `an entry of its key stands in partition ${before.partition}`;
  }
  const isLater =
    before.source.partition === entry.source.partition &&
    before.source.offset <= entry.source.offset;
  return isLater ? undefined : `its entry stands behind that of ${placeOf(before.source)}`;
}

function onceAndWhole({ after, byPlace, made }: Judged): Verdict {
  const findings = new Findings('I6 exactly once');
  for (const [place, outputs] of made) {
    const what = problemOf(byPlace.get(place), outputs);
    if (what !== undefined) findings.add({ what, ...outputs[0]!.source });
  }
  const letters = after.filter(({ kind }) => kind === 'dead-letter').length;
  return findings.verdict({ entries: after.length - letters, deadLetters: letters });
}

function problemOf(input: Input | undefined, outputs: readonly Output[]): string | undefined {
  if (input === undefined) return 'an output of no record';
  const { expects, key, id, parts = 1 } = input;
  const other = outputs.find(({ kind }) => kind !== expects);
  if (other !== undefined) return `${other.kind} of what is to have ${expects}`;
  if (outputs.some((output) => output.key !== key || output.id !== id)) {
    return `${expects} of another key or id`;
  }
  const different = new Set(outputs.map(({ part = 0 }) => part)).size;
  if (outputs.length > different) return `${expects} again: there are ${outputs.length}`;
  const wanted = expects === 'entry' ? parts : 1;
  if (different === wanted) return undefined;
  return `a torn transaction: ${different} of ${wanted} are there`;
}

/** What was seen during the faults is what stands there after them: nothing that was aborted, nothing passed over. */
function readersAgree({ during, after }: Judged): Verdict {
  const findings = new Findings('I6 the same for every reader');
  const [then, now] = [logsOf(during), logsOf(after)];
  for (const log of new Set([...then.keys(), ...now.keys()])) {
    const [seen, stands] = [then.get(log) ?? [], now.get(log) ?? []];
    const at = firstDifference(seen, stands);
    if (at === undefined) continue;
    const what = `during the faults ${wordsOf(seen[at])} was read, after them ${wordsOf(stands[at])}`;
    findings.add({ what: `in ${log}, ${what}` });
  }
  return findings.verdict({ readDuringFaults: during.length });
}

/** A transaction that stays open holds back whoever reads committed records, for ever. */
function nothingIsOpen({ ends, lag }: Judged): Verdict {
  const findings = new Findings('I7 liveness');
  for (const { topic, partition, lastStable, end } of ends) {
    if (lastStable >= end) continue;
    findings.add({ what: `in ${topic} ${partition}, readers are held at ${lastStable} of ${end}` });
  }
  if (lag > 0) findings.add({ what: `${lag} records stayed behind` });
  return findings.verdict();
}
