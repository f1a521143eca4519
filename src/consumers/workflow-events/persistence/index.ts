export { CallbackLedger } from './callback-ledger.port.js';
export { EventRepository, type ReceivedEvent, type Stored } from './event-repository.port.js';
export { PostgresCallbackLedger } from './postgres-callback-ledger.js';
export { PostgresEventRepository } from './postgres-event.repository.js';
export { WORKFLOW_MIGRATIONS } from './workflow.migrations.js';
