export { AuditVerification, type Anchor } from './audit-verification.js';
export type { AuditReport, Finding } from './audit-report.js';
