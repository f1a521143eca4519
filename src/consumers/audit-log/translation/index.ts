export { toAuditedRecord } from './audited-record.translator.js';
