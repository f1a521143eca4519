import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rateOf, spreadOf } from './comparison.mjs';
import { A_SECOND, LIMIT } from './workloads.mjs';

export const RESULTS_FOLDER = fileURLToPath(new URL('results', import.meta.url));

/** Beyond this the machine did other things meanwhile: ratios still tell something, rates do not. */
const STEADY = 0.1;

const COLUMNS = [
  ['records/s', ({ result }) => rateOf(result), 0],
  ['CPU µs/record', ({ result }) => (result.loop_cpu_ms * 1000) / result.n, 1],
  ['peak RSS MB', ({ result }) => result.rss_mb, 0],
  ['dead letters', ({ result }) => result.given_up || null, 0],
  ['p50 ms', ({ result }) => result.p50_ms, 1],
  ['p99 ms', ({ result }) => result.p99_ms, 1],
  ['work ms', ({ result }) => result.work_ms_mean, 2],
  ['start ms', ({ result }) => result.startup_ms, 0],
];

/** One workload as text: a row for each arm (median, and least to most), then its ratios and what was wrong. */
export function textOf({ workload, runs, comparison }) {
  const { workMs, concurrency, partitions } = workload.parameters;
  const heading = `${workload.name}: ${workload.title}; ${partitions} partitions, work ${workMs} ms, concurrency ${concurrency}`;
  const names = workload.arms.map(({ name }) => name);
  const rows = names.map((name) =>
    rowOf(
      name,
      runs.filter(({ arm }) => arm === name),
    ),
  );
  return [
    heading,
    '',
    aligned(withoutEmpty([['arm', 'records', ...COLUMNS.map(([title]) => title)], ...rows])),
    '',
    ...comparison.ratios.map(ratioLine),
    ...comparison.faults.map((fault) => `FAULT ${fault}`),
    ...canaryLines(comparison.canarySpread),
    '',
    ...settingsLines(names, runs),
  ].join('\n');
}

/** Writes everything that was measured and tells where. */
export function writeResults({ size, startedAt, parts }) {
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  const file = join(RESULTS_FOLDER, `${startedAt.toISOString().replaceAll(':', '-')}.json`);
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
  };
  const workloads = parts.map(({ workload, runs, comparison }) => ({
    name: workload.name,
    parameters: workload.parameters,
    ...comparison,
    runs: runs.map(({ output: _output, deadLetters: _deadLetters, lost: _lost, ...run }) => run),
  }));
  const all = { startedAt: startedAt.toISOString(), size, machine, workloads };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  return file;
}

function rowOf(name, runs) {
  const finished = runs.filter(({ result }) => result !== undefined && result.n > 0);
  if (finished.length === 0) return [name, '-', ...COLUMNS.map(() => '-')];
  const cells = COLUMNS.map(([, valueOf, digits]) => {
    const values = finished.map(valueOf).filter((value) => value !== null);
    return values.length === 0 ? '-' : withRange(spreadOf(values), digits);
  });
  return [name, String(finished[0].expected), ...cells];
}

function withRange({ median, min, max }, digits) {
  const [middle, least, most] = [median, min, max].map((value) => value.toFixed(digits));
  return `${middle} (${least}-${most})`;
}

/** Without the columns in which no arm has a value. */
function withoutEmpty([head, ...rows]) {
  const isFilled = (column) => rows.some((row) => row[column] !== '-');
  return [head, ...rows].map((row) => row.filter((_, column) => isFilled(column)));
}

const OVER = { [LIMIT]: '/ concurrency by work time', [A_SECOND]: 'in records a second' };

function ratioLine({ of, over, measure, bar, values, holds, ...spread }) {
  const ratio = `${of} ${OVER[over] ?? `/ ${over}`}`;
  const name = measure === 'p99' ? `p99 of healthy keys, ${ratio}` : ratio;
  if (values.length === 0) return `FAIL  ${name}: not measured (bar ${bar})`;
  return `${holds ? 'ok  ' : 'FAIL'}  ${name}: ${withRange(spread, over === A_SECOND ? 0 : 2)} (bar ${bar})`;
}

function canaryLines(spread) {
  if (spread === undefined || spread <= STEADY) return [];
  const percent = Math.round(spread * 100);
  return [
    `note  the canary's rates differ by ${percent} %: the machine was busy, believe ratios only`,
  ];
}

function settingsLines(names, runs) {
  return names.flatMap((name) => {
    const result = runs.find(({ arm, result }) => arm === name && result !== undefined)?.result;
    if (result === undefined) return [];
    const settings = Object.entries(result.settings).map(([key, value]) => `${key}=${value}`);
    return [`${name}: order ${result.order}; ${settings.join(' ')}`];
  });
}

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
        )
        .join('  '),
    )
    .join('\n');
}
