import { storableTimestamp } from '../../../connections/postgres/index.js';
import { misreadField } from '../../../contracts/index.js';
import {
  ContractViolationError,
  type KafkaRecord,
  type RecordOrigin,
} from '../../../record/index.js';
import { AMOUNT_FIELDS, type MeteringEvent } from '../contract/index.js';
import type { AuditedRecord } from '../domain/index.js';

/**
 * A record as the log keeps it: to the byte, under the place of its source. Of the event only what rows are looked up by
 * is taken out; the value itself says the rest.
 */
export function toAuditedRecord(
  event: MeteringEvent,
  record: KafkaRecord,
  origin: RecordOrigin,
): AuditedRecord {
  const { value } = record;
  if (value === null) throw new ContractViolationError('a tombstone: the value is absent');
  const misread = misreadField(value, AMOUNT_FIELDS);
  if (misread !== undefined)
    throw new ContractViolationError(`${misread}: must be an exact amount`);
  return {
    topic: origin.topic,
    partition: origin.partition,
    offset: BigInt(origin.offset),
    recordTimestamp: BigInt(storableTimestamp(origin.timestamp)),
    readTopic: record.topic,
    readPartition: record.partition,
    readOffset: BigInt(record.offset),
    eventId: event.event_id,
    agentId: event.agent_id,
    key: record.key,
    value,
    headers: record.headers.map(([name, bytes]) => [Buffer.from(name, 'utf8'), bytes] as const),
  };
}
