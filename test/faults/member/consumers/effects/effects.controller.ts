import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, RecordContext } from '../../../../../src/kafka/index.js';
import { perform, type Work } from './work.js';

/** What a record says is what becomes of it: done, done after some failures, or never. */
@Controller()
@ConsumerGroup('effects', { groupId: 'effects', ordering: 'key', concurrency: 64 })
export class EffectsController {
  @EventPattern(['effects'])
  handle(@Payload() work: Work, @Ctx() context: RecordContext): Promise<void> {
    return perform(work, context);
  }
}
