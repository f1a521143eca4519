import { PRODUCTION_NODE_OPTIONS } from '../../support/service-process.js';
import type { Length } from '../scenarios/scenario.js';

const MEBIBYTE = 1024 * 1024;
/** What docs/guarantees.md says of the service with the default settings and the heap limit of production. */
const PROMISED_BYTES = 256 * MEBIBYTE;
const SMOKE_SHARE = 10;

/** One batch that unpacks to 600 MB, by Kafka's number of its codec; or that many records. */
export type Backlog =
  | { readonly kind: 'bomb'; readonly codec: number }
  | { readonly kind: 'records'; readonly count: number; readonly valueBytes: number };

/** A backlog for one process of the service, and what that process may take. */
export interface Workload {
  readonly what: string;
  readonly backlog: Backlog;
  readonly partitions: number;
  /** What each handler takes. */
  readonly workMs: number;
  /** Undefined: Node chooses by the machine's memory. */
  readonly nodeOptions: string | undefined;
  /** Undefined: nothing is promised, and the peak is only told. */
  readonly promisedBytes?: number;
}

const PROMISED = { nodeOptions: PRODUCTION_NODE_OPTIONS, promisedBytes: PROMISED_BYTES } as const;

export function workloads(length: Length): Workload[] {
  const all = [...large(), ...BOMBS, MANY_PARTITIONS];
  return length === 'full' ? all : all.map(shortened);
}

function large(): Workload[] {
  const megabytes = (count: number, workMs: number) => ({
    what: `${count} records of 1 MB, ${workMs} ms of work each`,
    backlog: { kind: 'records', count, valueBytes: 1_000_000 } as const,
    partitions: 4,
    workMs,
  });
  return [
    { ...megabytes(3_000, 20), ...PROMISED },
    { ...megabytes(600, 100), ...PROMISED },
    { ...megabytes(600, 1_000), ...PROMISED },
    { ...megabytes(600, 100), nodeOptions: undefined },
    {
      what: '12 records of 20 MB, 500 ms of work each',
      backlog: { kind: 'records', count: 12, valueBytes: 20_000_000 },
      partitions: 4,
      workMs: 500,
      nodeOptions: PRODUCTION_NODE_OPTIONS,
      promisedBytes: 384 * MEBIBYTE,
    },
  ];
}

const CODECS = [
  { codec: 1, name: 'gzip' },
  { codec: 2, name: 'snappy' },
  { codec: 3, name: 'LZ4' },
  { codec: 4, name: 'Zstandard' },
] as const;

const BOMBS: readonly Workload[] = CODECS.map(({ codec, name }) => ({
  what: `a bomb of 600 MB, ${name}`,
  backlog: { kind: 'bomb', codec },
  partitions: 1,
  workMs: 0,
  ...PROMISED,
}));

const MANY_PARTITIONS: Workload = {
  what: '1000 partitions of one topic, 10 records of 1 KB in each',
  backlog: { kind: 'records', count: 10_000, valueBytes: 1_000 },
  partitions: 1_000,
  workMs: 5,
  nodeOptions: PRODUCTION_NODE_OPTIONS,
};

/** A tenth of the records, so that the way can be tried; a bomb is one batch anyway. */
function shortened(workload: Workload): Workload {
  const { backlog, what } = workload;
  if (backlog.kind === 'bomb') return workload;
  const count = Math.ceil(backlog.count / SMOKE_SHARE);
  return { ...workload, what: `${what}, ${count} in all`, backlog: { ...backlog, count } };
}
