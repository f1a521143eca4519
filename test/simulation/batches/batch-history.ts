import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaRecord } from '../../../src/record/index.js';
import { BatchProcess, Outside, type Kind, type Mode } from './batch-process.js';

/** What happens before a certain call of the handler. */
export interface Incident {
  readonly call: number;
  /** `moves`: partition 1 is to go elsewhere, and comes back. */
  readonly kind: 'killed' | 'moves';
}

export interface BatchSchedule {
  readonly mode: Mode;
  /** By partition; a record's offset is its place. */
  readonly kinds: readonly (readonly Kind[])[];
  readonly maxRecords: number;
  readonly concurrency: number;
  readonly window: number;
  readonly fetchSize: number;
  readonly incidents: readonly Incident[];
}

export interface BatchHistory {
  readonly outside: Outside;
  readonly kindOf: ReadonlyMap<number, Kind>;
  /** Outcomes in the last life of the process. */
  readonly outcomes: ReadonlyMap<number, string>;
  readonly wasKilled: boolean;
  readonly isSettled: boolean;
}

const LONGEST_MS = 20_000;
const PARTITIONS_APART = 1_000;

/** Runs a schedule until everything is settled, over as many lives of the process as it says. */
export async function runSchedule(schedule: BatchSchedule): Promise<BatchHistory> {
  const outside = new Outside();
  const kindOf = new Map<number, Kind>();
  const logs = schedule.kinds.map((kinds, partition) =>
    kinds.map((kind, offset) => {
      const id = partition * PARTITIONS_APART + offset;
      kindOf.set(id, kind);
      return recordOf(id, partition, offset, kind);
    }),
  );
  const committed = logs.map(() => ({ nextOffset: 0, metadata: '' }));
  const incidents = [...schedule.incidents].sort((left, right) => left.call - right.call);
  const wasKilled = incidents.some(({ kind }) => kind === 'killed');
  let calls = 0;
  let next: Incident['kind'] | undefined;
  const called = (): void => {
    calls += 1;
    while (incidents[0] !== undefined && incidents[0].call <= calls) next = incidents.shift()!.kind;
  };
  const all = logs.map((_, partition) => partition);
  let process = new BatchProcess({ ...schedule, outside, called });
  let generation = 1;
  process.assign(generation, all);
  const end = performance.now() + LONGEST_MS;
  const isSettled = (): boolean =>
    all.every((partition) => committed[partition]!.nextOffset >= logs[partition]!.length);
  while (!isSettled() && performance.now() < end) {
    fetchSome(process, logs, committed, schedule.fetchSize);
    await sleep(1);
    if (next === 'killed') {
      process.kill();
      process = new BatchProcess({ ...schedule, outside, called });
      process.assign((generation = 1), all);
    } else {
      if (next === 'moves' && all.length > 1) {
        process.assign((generation += 1), [0]);
        await sleep(2);
        process.assign((generation += 1), all);
      }
      commit(process, committed);
    }
    next = undefined;
  }
  const { outcomes } = process;
  process.kill();
  return { outside, kindOf, outcomes, wasKilled, isSettled: isSettled() };
}

function fetchSome(
  process: BatchProcess,
  logs: readonly (readonly KafkaRecord[])[],
  committed: readonly { nextOffset: number; metadata: string }[],
  size: number,
): void {
  for (const [number, log] of logs.entries()) {
    const partition = process.partition(number);
    if (partition === undefined || partition.isPaused || partition.isDraining) continue;
    const { nextOffset, metadata } = committed[number]!;
    const from = partition.nextFetchOffset ?? nextOffset;
    if (from >= log.length) continue;
    if (partition.nextFetchOffset === undefined) partition.inherit(nextOffset, metadata);
    const records = log.slice(from, from + size);
    const position = { fetchedOffset: from, nextOffset: from + records.length };
    const batch = { topic: 'things', partition: number, ...position, records };
    process.engine.take({ ...batch, highWatermark: log.length });
  }
}

function commit(
  process: BatchProcess,
  committed: { nextOffset: number; metadata: string }[],
): void {
  for (const [number] of committed.entries()) {
    const state = process.partition(number)?.commitState();
    if (state !== undefined) committed[number] = state;
  }
}

function recordOf(id: number, partition: number, offset: number, kind: Kind): KafkaRecord {
  const value = kind === 'invalid' ? { id, kind: 'of no contract' } : { id, kind };
  return {
    topic: 'things',
    partition,
    offset,
    timestamp: 0,
    key: Buffer.from(String(id)),
    value: Buffer.from(JSON.stringify(value)),
    headers: [],
  };
}
