import type { ScenarioResult } from '../running/run-scenario.js';
import type { Growth } from './growth.js';
import type { MemorySample } from './memory-samples.js';
import type { Slope } from './slope.js';

export interface SoakResult {
  readonly minutes: number;
  readonly seed: number;
  readonly growth: Growth;
  readonly samples: readonly MemorySample[];
  readonly result: ScenarioResult;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
const slopeWords = ({ perHour, plusMinus }: Slope): string =>
  `${(perHour / 1e6).toFixed(2)} MB/h (± ${(plusMinus / 1e6).toFixed(2)})`;

/** The growth in two lines. */
export function growthLines({ live, resident, samples }: Growth): string[] {
  return [
    `live memory grows by ${slopeWords(live)}, over ${samples} samples`,
    `resident set grows by ${slopeWords(resident)}`,
  ];
}

/** The run as a page for people. */
export function soakPage(run: SoakResult, date: string): string {
  const { minutes, seed, growth, result } = run;
  const broken = result.verdicts.filter(({ holds }) => !holds).map(({ invariant }) => invariant);
  const settings = Object.entries(result.environment).filter(([name]) => name !== 'NODE_OPTIONS');
  return [
    '# Soak',
    '',
    `One member of the service for ${minutes} minutes under steady load, ${date.slice(0, 10)}. Again:`,
    '',
    '```sh',
    `npm run faults -- --soak --minutes ${minutes} --seed ${seed}`,
    '```',
    '',
    '| measured after the warm-up | growth by least squares | at the start | at the end |',
    '| --- | --- | --- | --- |',
    row('live: heap and external memory after a full collection', growth.live, ends(run, 'live')),
    row('resident set, after the same collection', growth.resident, ends(run, 'resident')),
    '',
    `The target is at most 1 MB/h of live memory. ${growth.samples} samples, one each 10 s, after a warm-up of`,
    `${Math.round(growth.warmUpSeconds / 60)} minutes. ± is twice the standard error of the slope.`,
    '',
    `${result.records} records of 1 KB at 400/s; 2 % fail once or more and are tried again, 1.5 % end as dead letters. Settings:`,
    `${settings.map(([name, value]) => `\`${name}=${value}\``).join(' ')}.`,
    '',
    broken.length === 0 ? 'Every invariant held.' : `**Broken:** ${broken.join(', ')}.`,
    '',
  ].join('\n');
}

const row = (name: string, slope: Slope, [first, last]: readonly [number, number]): string =>
  `| ${name} | ${slopeWords(slope)} | ${megabytes(first)} MB | ${megabytes(last)} MB |`;

/** The means of the first and of the last ten samples that count. */
function ends(run: SoakResult, name: 'live' | 'resident'): readonly [number, number] {
  const { warmUpSeconds } = run.growth;
  const values = run.samples
    .filter(({ atSeconds: at }) => at > warmUpSeconds && at <= run.minutes * 60)
    .map((sample) => sample[name]);
  const mean = (some: readonly number[]): number =>
    some.reduce((sum, value) => sum + value, 0) / some.length;
  return [mean(values.slice(0, 10)), mean(values.slice(-10))];
}
