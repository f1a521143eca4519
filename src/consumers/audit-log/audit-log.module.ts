import { Module } from '@nestjs/common';
import { PostgresModule } from '../../connections/postgres/index.js';
import { AuditLogController } from './audit-log.controller.js';
import {
  AUDIT_LOG_MIGRATIONS,
  AuditLog,
  AuditLogReader,
  PostgresAuditLog,
} from './persistence/index.js';

@Module({
  imports: [PostgresModule.forConsumer('audit-log', AUDIT_LOG_MIGRATIONS)],
  controllers: [AuditLogController],
  providers: [AuditLogReader, { provide: AuditLog, useClass: PostgresAuditLog }],
})
export class AuditLogModule {}
