import { table } from '../report/markdown.js';
import { hasHeld, type RecoveryResult } from './recovery-case.js';
import { PARTITIONS } from './stage.js';

const seconds = (milliseconds: number | undefined): string =>
  milliseconds === undefined || milliseconds === Infinity
    ? '-'
    : `${(milliseconds / 1000).toFixed(2)} s`;
const median = (sorted: readonly number[]): number | undefined =>
  sorted[Math.ceil(sorted.length / 2) - 1];

/** One fault in one line. */
export function resultWords(result: RecoveryResult): string {
  const { recoveryCase, measurements } = result;
  const { what, targetWords } = recoveryCase;
  const times = measurements.map(({ milliseconds }) => seconds(milliseconds)).join(', ');
  const problems = measurements.flatMap((each) => each.problems);
  const outcome = hasHeld(result) ? 'holds' : `FAILS, the target is ${targetWords}`;
  return [`${what}: ${times}: ${outcome}`, ...problems].join('; ');
}

/** All of them as a page for people. */
export function recoveryPage(results: readonly RecoveryResult[], date: string): string {
  const most = Math.max(0, ...results.map(({ measurements }) => measurements.length));
  const failed = results.filter((result) => !hasHeld(result));
  return [
    '# Recovery',
    '',
    `How soon the service is over a fault, ${date.slice(0, 10)}: real processes with their default settings, one topic of`,
    `${PARTITIONS} partitions, one broker, each fault ${most} times. Again:`,
    '',
    '```sh',
    `npm run faults -- --recovery${most === 3 ? '' : ` --repeats ${most}`}`,
    '```',
    '',
    ...table(['fault', 'measured', 'target', 'median', 'longest', ''], results.map(resultRow)),
    '',
    ...failed.map((result) => `- ${resultWords(result)}`),
    ...(failed.length === 0 ? [] : ['']),
  ].join('\n');
}

function resultRow(result: RecoveryResult): string[] {
  const { what, measured, targetWords } = result.recoveryCase;
  const times = result.measurements.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return [
    what,
    measured,
    targetWords,
    seconds(median(times)),
    seconds(times[times.length - 1]),
    hasHeld(result) ? 'holds' : '**fails**',
  ];
}
