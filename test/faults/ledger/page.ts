import { verdictLines } from '../report/lines.js';
import { table } from '../report/markdown.js';
import type { Length } from '../scenarios/scenario.js';
import type { LedgerResult } from './run-ledger.js';

interface LedgerRuns {
  readonly length: Length;
  readonly seed: number;
  readonly results: readonly LedgerResult[];
}

const settled = ({ settledInMs }: LedgerResult): string =>
  settledInMs === undefined ? 'never' : `after ${(settledInMs / 1000).toFixed(1)} s`;
const struck = ({ struck: kinds }: LedgerResult): string =>
  Object.entries(kinds)
    .map(([kind, count]) => `${count} ${WORDS[kind] ?? kind}`)
    .join(', ');

const WORDS: Readonly<Record<string, string>> = {
  kill: 'kills of a member',
  failpoint: 'members killed or stopped in the middle of a transaction',
  pause: 'members stopped past their session and resumed',
  'broker-down': 'kills of the broker',
  network: 'times connections reset or answers held back',
};

/** The run for a terminal. */
export function ledgerLines(result: LedgerResult): string[] {
  const { subject, records, seconds, abortedCopies, verdicts } = result;
  const holds = verdicts.every((verdict) => verdict.holds);
  return [
    `${subject.name} ${holds ? 'holds' : 'FAILS'} (${records} records, ${seconds} s): ${struck(result)}`,
    `  lag 0 ${settled(result)}, ${abortedCopies} copies in aborted transactions`,
    ...verdicts.flatMap(verdictLines),
  ];
}

/** The runs as a page for people. */
export function ledgerPage({ length, seed, results }: LedgerRuns, date: string): string {
  return [
    '# Exactly once',
    '',
    'What became of records whose entries, dead letters and offsets are committed in Kafka transactions, while the members',
    `and the broker of their consumer were struck again and again, ${date.slice(0, 10)}. The same schedule again:`,
    '',
    '```sh',
    `npm run faults -- --ledger ${length === 'smoke' ? '--smoke ' : ''}--seed ${seed}`,
    '```',
    '',
    'Judged by two readers of committed records, both the Java client: one that was there all the time, and one that came',
    'when all was over. Sessions last 6 s here.',
    '',
    ...results.flatMap(sectionOf),
  ].join('\n');
}

function sectionOf(result: LedgerResult): string[] {
  const { subject, seconds, abortedCopies, verdicts, environment, schedule } = result;
  const numbers = Object.assign({}, ...verdicts.map((each) => each.numbers ?? {})) as {
    readonly [name: string]: number;
  };
  const settings = Object.entries(environment).map(([name, value]) => `\`${name}=${value}\``);
  return [
    `## ${subject.name}: ${subject.what}`,
    '',
    ...table(
      ['', ''],
      [
        ['records', result.records],
        ['faults', `${schedule.length}: ${struck(result)}`],
        ['entries', numbers['entries'] ?? ''],
        ['dead letters', numbers['deadLetters'] ?? ''],
        ['read during the faults', numbers['readDuringFaults'] ?? ''],
        ['copies in aborted transactions, which no reader saw', abortedCopies],
        ['lag 0 and no transaction open', settled(result)],
        ['seconds', seconds],
        ['settings', settings.join(' ')],
      ],
    ),
    '',
    ...table(['invariant', ''], verdicts.map(verdictRow)),
    '',
    ...schedule.map((line) => `- ${line}`),
    '',
  ];
}

function verdictRow({ invariant, holds, violations, findings }: LedgerResult['verdicts'][number]) {
  if (holds) return [invariant, 'holds'];
  return [invariant, `**fails** ${violations} times, first: ${findings[0]!.what}`];
}
