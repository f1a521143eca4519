import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Settings } from '../../config/index.js';
import { ConsumerGroup, RecordContext } from '../../kafka/index.js';
import type { OutgoingRecord } from '../../record/index.js';
import { Transactional } from '../../transactions/index.js';
import { MeteringEvent } from './contract/index.js';
import { LEDGER_ENTRIES_TOPIC } from './ledger.config.js';
import { entryRecord, toLedgerEntry } from './translation/index.js';

/** Metering events in, ledger entries out: each record is one entry, exactly once, in the order of its key. */
@Controller()
@ConsumerGroup('ledger', {
  groupId: 'caracal-ledger-writer',
  ordering: 'key',
  deadLetterTopic: 'caracal.dlq',
})
export class LedgerController {
  private readonly entriesTopic: string;

  constructor(settings: Settings) {
    const { own } = settings.consumers.get('ledger')!;
    this.entriesTopic = own[LEDGER_ENTRIES_TOPIC.key] as string;
  }

  @EventPattern(['caracal.metering.events'])
  @Transactional()
  handle(@Payload() event: MeteringEvent, @Ctx() context: RecordContext): OutgoingRecord {
    const entry = toLedgerEntry(event, context.record.value, context.origin);
    return entryRecord(entry, this.entriesTopic, Date.now());
  }
}
