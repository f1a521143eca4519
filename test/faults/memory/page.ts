import { availableParallelism, totalmem } from 'node:os';
import { table } from '../report/markdown.js';
import type { Length } from '../scenarios/scenario.js';
import { mebibytes, type MemoryResult } from './judgement.js';

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** One backlog in one line. */
export function resultWords({ workload, drained, problems }: MemoryResult): string {
  const peak = drained === undefined ? '' : `: peak ${mebibytes(drained.peakBytes)}`;
  const outcome = problems.length === 0 ? '' : `, FAILS: ${problems.join('; ')}`;
  return `${workload.what}${peak}${outcome}`;
}

/** All of them as a page for people. */
export function memoryPage(
  { length, results }: { readonly length: Length; readonly results: readonly MemoryResult[] },
  date: string,
): string {
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  const failed = results.filter(({ problems }) => problems.length > 0);
  return [
    '# Memory',
    '',
    'What the compiled service, with one consumer and nothing else in its process, takes from the system at its peak (`VmHWM`,',
    `Linux), ${date.slice(0, 10)}. Measured with Node ${process.versions.node} and the default settings`,
    '(`KAFKA_MAX_BUFFERED_BYTES=64MiB`), but a concurrency of 1,000, on a machine of',
    `${availableParallelism()} cores and ${gigabytes} GiB. Again:`,
    '',
    '```sh',
    `npm run faults -- --memory${length === 'smoke' ? ' --smoke' : ''}`,
    '```',
    '',
    ...table(HEAD, results.map(resultRow)),
    '',
    'The times are from the start of the process. A run fails when a peak is above what is promised, and when a record is',
    'not handled or handled twice.',
    '',
    ...failed.map((result) => `- ${resultWords(result)}`),
    ...(failed.length === 0 ? [] : ['']),
    ...EXPLANATION,
  ].join('\n');
}

const HEAD = ['what', '`NODE_OPTIONS`', 'ready', 'all committed', 'peak', 'promised'];

function resultRow({ workload, drained, problems }: MemoryResult): string[] {
  const { what, nodeOptions, promisedBytes } = workload;
  const promised = promisedBytes === undefined ? '-' : mebibytes(promisedBytes);
  return [
    what,
    nodeOptions === undefined ? 'none' : `\`${nodeOptions}\``,
    drained === undefined ? '-' : seconds(drained.readyAfterMs),
    drained === undefined ? '-' : seconds(drained.drainedAfterMs),
    drained === undefined ? '-' : mebibytes(drained.peakBytes),
    problems.length === 0 ? promised : `${promised}, **fails**`,
  ];
}

const EXPLANATION = [
  '`test/e2e/large-records.spec.ts` and `test/e2e/decompression-bomb.spec.ts` measure the same in smaller and fail past',
  'their bound; they print the peaks.',
  '',
  '## What the heap limit does',
  '',
  "Node sets its heap's limit by the machine's memory, and until it comes near it collects garbage late. A record of 1 MB",
  'leaves three strings and buffers of 1 MB behind, so a large machine shows a large process although little of it is in',
  'use. `--max-old-space-size=256` makes it collect earlier; that costs about half as much processor time again for records',
  'of 1 MB. The Dockerfile and `npm start` set it. A service whose handlers need more heap sets its own `NODE_OPTIONS`, or',
  'it ends with "heap out of memory".',
  '',
  '## What is not bounded by it',
  '',
  '- One answer of the broker is in memory whole, beside the buffer. A record of 20 MB is an answer of 20 MB, and with each',
  '  broker there is one answer at a time.',
  '- A record that waits keeps its whole answer (1 MiB, or what its compressed batch unpacked to) although it counts with',
  '  its own size.',
  '- What handlers hold.',
  '',
];
