export { KafkaLogReader } from './kafka-log-reader.js';
export { LogReader } from './log-witness.js';
export { RawZoneLanding, type Landing } from './raw-zone-landing.service.js';
export { unpack, type ObjectContent } from './zone-object.js';
