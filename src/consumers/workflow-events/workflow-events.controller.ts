import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Idempotent } from '../../idempotency/index.js';
import { ConsumerGroup, RecordContext } from '../../kafka/index.js';
import { WorkflowEvent } from './contract/index.js';
import { TakeInEvent } from './take-in-event.service.js';
import { toRunEvent } from './translation/index.js';

/**
 * Workflow events in; events, the states of their runs and the effects of callbacks out. A message is claimed by a lease
 * and not in a transaction around all of it, so that what is done stays done when a callback fails.
 */
@Controller()
@ConsumerGroup('workflow-events', {
  groupId: 'workflow-processor',
  ordering: 'key',
  concurrency: 64,
})
export class WorkflowEventsController {
  constructor(private readonly takeIn: TakeInEvent) {}

  @EventPattern(['workflow-events'])
  @Idempotent({ store: 'postgres-lease' })
  async handle(@Payload() event: WorkflowEvent, @Ctx() context: RecordContext): Promise<void> {
    await this.takeIn.execute(toRunEvent(event, context.record.value!), context);
  }
}
