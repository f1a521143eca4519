import type { ScenarioResult } from '../running/run-scenario.js';
import { TRIAL_KINDS, type TrialKind } from './changes.js';
import { hasHeld, type Trial } from './trial.js';

const PAUSE_TARGET_MS = 3_000;

const quantile = (values: readonly number[], share: number): number | undefined =>
  [...values].sort((left, right) => left - right)[Math.ceil(values.length * share) - 1];
const seconds = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? '-' : `${(milliseconds / 1000).toFixed(2)} s`;
const spread = (values: readonly number[]): string =>
  [0.5, 0.95, 1].map((share) => seconds(quantile(values, share))).join(' | ');
const duplicatesOf = ({ verdicts }: ScenarioResult): number =>
  verdicts.find(({ invariant }) => invariant === 'I4 duplicates')?.numbers?.['duplicates'] ?? 0;
const violations =
  (name: string) =>
  ({ verdicts }: ScenarioResult): number =>
    verdicts.find(({ invariant }) => invariant === name)?.violations ?? 0;

/** One trial in one line. */
export function trialWords({ seed, result, error }: Trial): string {
  if (result === undefined) return `FAILS with seed ${seed}: ${error}`;
  const broken = result.verdicts.filter(({ holds }) => !holds).map(({ invariant }) => invariant);
  const outcome = broken.length === 0 ? 'holds' : `FAILS with seed ${seed}: ${broken.join(', ')}`;
  const { longestPauseMs } = result.observations;
  return `${outcome}, ${result.records} records, longest pause ${seconds(longestPauseMs)}, ${result.seconds} s`;
}

/** All trials as a page for people. */
export function trialsPage(
  run: { readonly kind: TrialKind; readonly seed: number; readonly trials: readonly Trial[] },
  date: string,
): string {
  const { kind, seed, trials } = run;
  const failed = trials.filter((trial) => !hasHeld(trial));
  return [
    '# Trials',
    '',
    `Three members under 500 records/s, ${TRIAL_KINDS[kind].title}: ${trials.length} times, each from empty topics,`,
    `${date.slice(0, 10)}. Again:`,
    '',
    '```sh',
    `npm run faults -- --trials ${trials.length} --kind ${kind} --seed ${seed}`,
    '```',
    '',
    ...counts(trials),
    '',
    ...times(trials.flatMap(({ result }) => result ?? [])),
    '',
    ...failed.map((trial) => `- ${trialWords(trial)}`),
    ...(failed.length === 0 ? [] : ['']),
  ].join('\n');
}

function counts(trials: readonly Trial[]): string[] {
  const results = trials.flatMap(({ result }) => result ?? []);
  const total = (count: (result: ScenarioResult) => number): number =>
    results.reduce((sum, result) => sum + count(result), 0);
  return [
    '| what | count |',
    '| --- | --- |',
    `| trials that held | ${trials.filter(hasHeld).length} of ${trials.length} |`,
    `| records | ${total(({ records }) => records)} |`,
    `| members stopped with SIGTERM | ${total(({ observations }) => observations.drainsMs.length)} |`,
    `| records handled twice | ${total(duplicatesOf)} |`,
    `| records lost | ${total(violations('I1 no loss'))} |`,
    `| breaks of a key's order | ${total(violations('I3 key order'))} |`,
    `| commits ahead of their records | ${total(violations('I2 commit after processing'))} |`,
  ];
}

function times(results: readonly ScenarioResult[]): string[] {
  const pauses = results.map(({ observations }) => observations.longestPauseMs);
  const drains = results.flatMap(({ observations }) => observations.drainsMs);
  const late = pauses.filter((pause) => pause > PAUSE_TARGET_MS).length;
  return [
    '| time | median | p95 | longest |',
    '| --- | --- | --- | --- |',
    `| longest pause of a partition, of each trial | ${spread(pauses)} |`,
    `| SIGTERM to the end of a member | ${spread(drains)} |`,
    '',
    'A pause is the time in which a record of a partition waited and no handler of that partition began, while a member was',
    `there to take it. The target is ${seconds(PAUSE_TARGET_MS)}; ${late} of ${results.length} trials had a longer one.`,
  ];
}
