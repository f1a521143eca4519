import { setTimeout as sleep } from 'node:timers/promises';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { PostgresDatabase } from '../../../../../src/connections/postgres/index.js';
import { Idempotent } from '../../../../../src/idempotency/index.js';
import { ConsumerGroup, RecordContext } from '../../../../../src/kafka/index.js';
import { perform, type Work } from '../effects/work.js';

/** How long a handler stays in its transaction once its effect stands there. */
const DWELL_MS = Number(process.env['FAULTS_DWELL_MS'] ?? '0');

/** The same work, its effect a row in the transaction that also holds the message's claim. */
@Controller()
@ConsumerGroup('stored-effects', { groupId: 'stored-effects', ordering: 'key', concurrency: 64 })
export class StoredEffectsController {
  constructor(private readonly database: PostgresDatabase) {}

  @EventPattern(['stored-effects'])
  @Idempotent({ store: 'postgres' })
  handle(@Payload() work: Work, @Ctx() context: RecordContext): Promise<void> {
    const { topic, partition, offset } = context.origin;
    return perform(work, context, async () => {
      await this.database.query(
        'INSERT INTO fault_effects (id, topic, partition, position) VALUES ($1, $2, $3, $4)',
        [work.id, topic, partition, offset],
      );
      if (DWELL_MS > 0) await sleep(DWELL_MS);
    });
  }
}
