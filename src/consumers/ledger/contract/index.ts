export { AMOUNT_FIELDS, MeteringEvent } from './metering-event.js';
