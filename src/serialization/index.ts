export { JsonRecordDecoder } from './json-record-decoder.js';
