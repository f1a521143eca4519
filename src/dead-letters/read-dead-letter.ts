import { createHash } from 'node:crypto';
import { DEAD_LETTER_HEADERS } from '../failures/index.js';
import { headerText, type KafkaRecord } from '../record/index.js';
import type { DeadLetter } from './dead-letter.js';
import { diagnose, fromDigits, hasLostItsValue, lastValue } from './dialects/index.js';

const ID_LENGTH = 32;

/** A record of a dead-letter topic as a dead letter. Any record can be read; one without known headers tells little. */
export function readDeadLetter(record: KafkaRecord): DeadLetter {
  const diagnosed = diagnose(record);
  const isOurs = diagnosed.dialect === 'millrace';
  const ownId = isOurs ? headerText(record.headers, DEAD_LETTER_HEADERS.id) : undefined;
  const count = lastValue(record.headers, DEAD_LETTER_HEADERS.redriveCount);
  return {
    ...diagnosed,
    record,
    id: ownId ?? idOfPlace(record),
    // A foreign record that we redrove carries our count, too; it counts wherever it failed next.
    redriveCount: Math.max(0, (count === undefined ? undefined : fromDigits(count)) ?? 0),
    failedAtMs: record.timestamp,
    isPointer: isOurs
      ? headerText(record.headers, DEAD_LETTER_HEADERS.pointer) === 'true'
      : hasLostItsValue(record),
  };
}

function idOfPlace({ topic, partition, offset, timestamp }: KafkaRecord): string {
  const place = JSON.stringify([topic, partition, offset, timestamp]);
  return createHash('sha256').update(place).digest('hex').slice(0, ID_LENGTH);
}
