import { openSync, writeSync } from 'node:fs';

const log = openSync(process.env['FAULTS_EFFECT_LOG']!, 'a');

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Which record it is, and the attempt at it. */
export interface Attempt {
  readonly attempt: number;
  readonly record: Place & { readonly headers?: readonly (readonly [string, Buffer | null])[] };
  /** The first source's; the record's own where nothing retries or redrives. */
  readonly origin?: Place;
}

/**
 * One line: event, milliseconds of the machine's monotonic clock, partition, offset, attempt, id, topic. It is with the
 * kernel when the call returns, so that a killed process leaves a complete log.
 */
export function note(
  event: 'S' | 'E' | 'F',
  id: string,
  { record, attempt, origin = record }: Attempt,
): void {
  const { topic, partition, offset } = origin;
  const now = (Number(process.hrtime.bigint()) / 1e6).toFixed(3);
  writeSync(log, `${event} ${now} ${partition} ${offset} ${attempt} ${id} ${topic}\n`);
}

/**
 * How late the attempt begins that a retry topic's delay is for, in milliseconds by the wall clock; negative: early.
 * Records that only wait there behind another one have no time of their own.
 */
export function noteLateness({ record, attempt }: Attempt): void {
  if (!/\.retry\.\d+$/.test(record.topic)) return;
  const told = (name: string): number =>
    Number(record.headers?.findLast(([header]) => header === `x-retry-${name}`)?.[1]);
  if (told('attempt') !== attempt || told('delays-used') === 0) return;
  writeSync(log, `L ${Date.now() - told('not-before')}\n`);
}
