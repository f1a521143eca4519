import type { TopicReaderClient } from '../../../kafka/index.js';
import type { ObjectStore } from '../../../connections/object-storage/index.js';
import {
  explain,
  notLanded,
  OffsetRanges,
  type Gap,
  type LogPlace,
  type OffsetRange,
} from '../domain/index.js';
import { readZone, type ZoneContent } from './zone-reader.js';

/** Everything that is known of one partition. */
export interface PartitionAudit extends LogPlace, Omit<ZoneContent, 'landed'> {
  /** The offsets of which each must be landed or explained; undefined when there are none. */
  readonly range: OffsetRange | undefined;
  readonly gaps: readonly Gap[];
}

export interface AuditSources {
  readonly store: ObjectStore;
  readonly reader: TopicReaderClient;
  /** Offsets of the partition with a dead letter of the group. */
  readonly deadLetters: OffsetRanges;
  readonly signal: AbortSignal;
}

/** What is asked for, in offsets; both ends included. */
export interface AuditedPartition extends LogPlace {
  /** Without it from the first that is landed, or that the log still has if that lies before. */
  readonly first: number | undefined;
  /** Behind it nothing is expected: what the group has committed ends there. */
  readonly last: number;
  /** The first offset that the log still has. */
  readonly logStart: number;
}

export async function auditPartition(
  asked: AuditedPartition,
  sources: AuditSources,
): Promise<PartitionAudit> {
  const { topic, partition, last } = asked;
  const { landed, ...zone } = await readZone(sources.store, asked, sources.signal);
  const first = asked.first ?? Math.min(landed.first ?? Infinity, asked.logStart);
  const range = first > last ? undefined : { first, last };
  const parts = range === undefined ? [] : notLanded(landed, range);
  const present = await presentIn(parts, asked, sources);
  const gaps = explain(parts, { start: asked.logStart, present }, sources.deadLetters);
  return { topic, partition, range, ...zone, gaps };
}

/** Whether every offset stands in the zone exactly once, or nowhere for a reason. */
export function isWhole({ faults, gaps }: PartitionAudit): boolean {
  return faults.length === 0 && gaps.every(({ reason }) => reason !== 'missing');
}

async function presentIn(
  parts: readonly OffsetRange[],
  { topic, partition, logStart }: AuditedPartition,
  { reader, signal }: AuditSources,
): Promise<OffsetRanges> {
  const present = new OffsetRanges();
  for (const { first, last } of parts) {
    const from = Math.max(first, logStart);
    if (from > last) continue;
    const range = { topic, partition, from, to: last + 1 };
    for await (const records of reader.read(range, signal)) {
      for (const { offset } of records) present.add(offset);
    }
  }
  return present;
}
