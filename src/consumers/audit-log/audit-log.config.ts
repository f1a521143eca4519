import { defineConsumer } from '../../config/index.js';

export const auditLogConfig = defineConsumer({ name: 'audit-log', requires: ['DATABASE_URL'] });
