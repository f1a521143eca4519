export { entryRecord } from './entry-record.js';
export { toLedgerEntry } from './metering-event.translator.js';
