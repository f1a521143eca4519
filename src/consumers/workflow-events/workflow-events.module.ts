import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { PostgresModule } from '../../connections/postgres/index.js';
import { CallbackRegistry, CallbackRunner, EndedRuns } from './callbacks/index.js';
import {
  CallbackLedger,
  EventRepository,
  PostgresCallbackLedger,
  PostgresEventRepository,
  WORKFLOW_MIGRATIONS,
} from './persistence/index.js';
import { TakeInEvent } from './take-in-event.service.js';
import { WorkflowEventsController } from './workflow-events.controller.js';

/** What is called with events. A further callback is one more provider here. */
const CALLBACKS = [EndedRuns];

@Module({
  imports: [DiscoveryModule, PostgresModule.forConsumer('workflow-events', WORKFLOW_MIGRATIONS)],
  controllers: [WorkflowEventsController],
  providers: [
    ...CALLBACKS,
    CallbackRegistry,
    CallbackRunner,
    TakeInEvent,
    { provide: CallbackLedger, useClass: PostgresCallbackLedger },
    { provide: EventRepository, useClass: PostgresEventRepository },
  ],
})
export class WorkflowEventsModule {}
