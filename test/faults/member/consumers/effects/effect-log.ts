import { openSync, writeSync } from 'node:fs';
import type { RecordContext } from '../../../../../src/kafka/index.js';

const log = openSync(process.env['FAULTS_EFFECT_LOG']!, 'a');

/**
 * One line: event, milliseconds of the machine's monotonic clock, partition, offset, attempt, id, topic. It is with the
 * kernel when the call returns, so that a killed process leaves a complete log.
 */
export function note(event: 'S' | 'E' | 'F', id: string, context: RecordContext): void {
  const { topic, partition, offset } = context.record;
  const now = (Number(process.hrtime.bigint()) / 1e6).toFixed(3);
  writeSync(log, `${event} ${now} ${partition} ${offset} ${context.attempt} ${id} ${topic}\n`);
}
