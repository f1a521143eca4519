import { openSync, writeSync } from 'node:fs';

const log = openSync(process.env['FAULTS_EFFECT_LOG']!, 'a');

/** Which record it is, and the attempt at it. */
export interface Attempt {
  readonly attempt: number;
  readonly record: { readonly topic: string; readonly partition: number; readonly offset: number };
}

/**
 * One line: event, milliseconds of the machine's monotonic clock, partition, offset, attempt, id, topic. It is with the
 * kernel when the call returns, so that a killed process leaves a complete log.
 */
export function note(event: 'S' | 'E' | 'F', id: string, { record, attempt }: Attempt): void {
  const { topic, partition, offset } = record;
  const now = (Number(process.hrtime.bigint()) / 1e6).toFixed(3);
  writeSync(log, `${event} ${now} ${partition} ${offset} ${attempt} ${id} ${topic}\n`);
}
