export { AuditLog } from './audit-log.port.js';
export { AuditLogReader, type ChainName } from './audit-log-reader.js';
export { AUDIT_LOG_MIGRATIONS } from './audit-log.migrations.js';
export { PostgresAuditLog } from './postgres-audit-log.js';
