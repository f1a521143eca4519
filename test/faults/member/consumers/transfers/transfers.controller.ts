import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, RecordContext } from '../../../../../src/kafka/index.js';
import {
  headerText,
  PermanentError,
  type OutgoingRecord,
} from '../../../../../src/record/index.js';
import { Transactional } from '../../../../../src/transactions/index.js';

const ENTRIES = process.env['FAULTS_ENTRIES_TOPIC']!;
const PARTITIONS = Number(process.env['FAULTS_PARTITIONS'] ?? '1');
/** How many entries a record gives, each in a partition of its own. */
const PARTS = [0, 1, 2];

interface Transfer {
  readonly event_id: string;
  readonly agent_id: string;
}

/** Several entries of each record: all of them, or none. What the record's kind says fails before. */
@Controller()
@ConsumerGroup('transfers', { groupId: 'transfers', ordering: 'key', concurrency: 64 })
export class TransfersController {
  @EventPattern(['transfers'])
  @Transactional({ maxWaitMs: 50 })
  handle(@Payload() event: Transfer, @Ctx() context: RecordContext): readonly OutgoingRecord[] {
    const { record, attempt } = context;
    failAsAsked(headerText(record.headers, 'fault-kind'), attempt);
    return PARTS.map((part) => entryOf(event, context, part));
  }
}

function failAsAsked(kind = 'ok', attempt: number): void {
  if (kind === 'reject') throw new PermanentError('this record is refused');
  const failures = /^fail-(\d+|always)$/.exec(kind)?.[1];
  if (failures === undefined) return;
  if (failures === 'always' || attempt <= Number(failures)) throw new Error('this attempt fails');
}

function entryOf(event: Transfer, { origin }: RecordContext, part: number): OutgoingRecord {
  const { topic, partition, offset } = origin;
  const value = { entry_id: event.event_id, part, source: { topic, partition, offset } };
  return {
    topic: ENTRIES,
    partition: (partition + part) % PARTITIONS,
    key: Buffer.from(event.agent_id),
    value: Buffer.from(JSON.stringify(value)),
    headers: [],
    timestamp: Date.now(),
  };
}
