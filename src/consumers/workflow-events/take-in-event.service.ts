import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { IdConflictError } from '../../idempotency/index.js';
import type { RecordContext } from '../../kafka/index.js';
import { ContractViolationError } from '../../record/index.js';
import { CallbackRunner } from './callbacks/index.js';
import { isKnownType, type RunEvent } from './domain/index.js';
import { EventRepository } from './persistence/index.js';
import {
  UNKNOWN_TYPES_KEY,
  workflowEventsConfig,
  type UnknownTypes,
} from './workflow-events.config.js';

/**
 * Takes an event in: stored with the state of its run, then given to each of its callbacks. Resolves when all of that is
 * durable. Whatever was durable already is not done again, so an attempt goes on where the one before it failed.
 */
@Injectable()
export class TakeInEvent {
  private readonly unknownTypes: UnknownTypes;

  constructor(
    private readonly events: EventRepository,
    private readonly callbacks: CallbackRunner,
    settings: Settings,
  ) {
    const { own } = settings.consumers.get(workflowEventsConfig.name)!;
    this.unknownTypes = own[UNKNOWN_TYPES_KEY] as UnknownTypes;
  }

  async execute(event: RunEvent, context: RecordContext): Promise<void> {
    if (this.unknownTypes === 'dead-letter' && !isKnownType(event.type)) {
      throw new ContractViolationError('event_type: must be a known one');
    }
    const { origin, record } = context;
    const stored = await this.events.store({ event, origin, bytes: record.value! });
    if (stored === 'conflict') {
      throw new IdConflictError('the id of this event was used before for another value');
    }
    await this.callbacks.run(event, context);
  }
}
