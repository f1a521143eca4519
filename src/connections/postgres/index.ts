export { fenced } from './effect-fence.js';
export type { Migration } from './migration.js';
export { PreparedStatement } from './pooled-connection.js';
export { PostgresConnections, type PostgresPing } from './postgres-connections.js';
export { PostgresDatabase } from './postgres-database.js';
export { codeOf, POSTGRES } from './postgres-failure.js';
export { PostgresConnectionsModule, PostgresModule } from './postgres.module.js';
export { TransactionDoomedError, TransactionEndedError } from './postgres.errors.js';
export { storableTimestamp } from './storable-timestamp.js';
