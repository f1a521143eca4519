import type { Verdict } from '../checker/verdict.js';
import type { CommandLine } from '../command-line.js';
import type { ScenarioResult } from '../running/run-scenario.js';
import { CATALOGUE, faultOf } from '../scenarios/catalogue.js';
import { SCENARIOS } from '../scenarios/index.js';
import { table } from './markdown.js';
import type { RunResults } from './results.js';

const percentile = (values: readonly number[], share: number): number | undefined =>
  [...values].sort((left, right) => left - right)[Math.ceil(values.length * share) - 1];
const seconds = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? '' : `${(milliseconds / 1000).toFixed(1)} s`;

/** The run as a page for people. */
export function pageOf(
  { length, seed }: CommandLine,
  { results, impossible }: RunResults,
  date: string,
): string {
  const command = `npm run faults -- ${length === 'smoke' ? '--smoke ' : ''}--seed ${seed}`;
  const records = results.reduce((sum, result) => sum + result.records, 0);
  const faults = results.reduce((sum, result) => sum + result.schedule.length, 0);
  return [
    '# Faults',
    '',
    `What became of ${records} records under ${faults} faults, ${date.slice(0, 10)}. The same schedule again:`,
    '',
    '```sh',
    command,
    '```',
    '',
    ...table(HEAD, results.map(resultRow)),
    '',
    'Recovery: from a fault, or from the return of a broker, to the next effect of the slowest partition. Duplicates: effects',
    'that happened again, and how many could have.',
    '',
    '## What was found',
    '',
    ...found(results),
    '',
    '## Every fault',
    '',
    ...table(
      ['', 'fault', 'here'],
      CATALOGUE.map((entry) => [
        entry.id,
        entry.fault,
        here(entry, results) ?? impossible.get(entry.id) ?? 'built, not in this run',
      ]),
    ),
    '',
    '## Settings',
    '',
    ...table(
      ['scenario', 'settings'],
      results.map(({ id, environment }) => [id, settings(environment)]),
    ),
    '',
  ].join('\n');
}

const HEAD = [
  'scenario',
  'records',
  'faults',
  'duplicates',
  'recovery p95',
  'slowest',
  'lag 0',
  'drain',
  'memory',
  'verdict',
];

function resultRow({ id, title, records, schedule, observations, verdicts }: ScenarioResult) {
  const { recoveriesMs, settledInMs, drainsMs, peakMemoryMegabytes } = observations;
  const repeats = verdicts.find(({ invariant }) => invariant === 'I4 duplicates')?.numbers;
  const broken = verdicts.filter(({ holds }) => !holds).map(({ invariant }) => invariant);
  return [
    `${id} ${title}`,
    records,
    schedule.length,
    `${repeats?.['duplicates'] ?? ''} of ${repeats?.['bound'] ?? ''}`,
    seconds(percentile(recoveriesMs, 0.95)),
    seconds(percentile(recoveriesMs, 1)),
    seconds(settledInMs),
    seconds(percentile(drainsMs, 1)),
    `${peakMemoryMegabytes} MB`,
    broken.length === 0 ? 'holds' : `**fails**: ${broken.join(', ')}`,
  ];
}

function found(results: readonly ScenarioResult[]): string[] {
  const lines = results.flatMap(({ id, verdicts }) =>
    verdicts
      .filter(({ holds }) => !holds)
      .map(({ invariant, violations, findings }: Verdict) => {
        return `- ${id}, ${invariant}, ${violations} times, first: ${findings[0]?.what ?? ''}`;
      }),
  );
  return lines.length === 0 ? ['Nothing: every invariant held.'] : lines;
}

/** Undefined for what is built and was not run. */
function here(
  { id, missing }: (typeof CATALOGUE)[number],
  results: readonly ScenarioResult[],
): string | undefined {
  const own = results.filter((each) => faultOf(each.id) === id);
  if (own.length > 0) {
    const held = own.every(({ verdicts }) => verdicts.every(({ holds }) => holds));
    return held ? 'holds' : '**fails**';
  }
  return SCENARIOS.some((scenario) => faultOf(scenario.id) === id)
    ? undefined
    : (missing ?? 'not built');
}

function settings(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `\`${name}=${value}\``)
    .join(' ');
}
