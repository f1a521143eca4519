export { RecordPublisher } from './record-publisher.js';
