export { toUsage } from './metering-event.translator.js';
