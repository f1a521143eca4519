export { payloadTextsOf } from './payload-texts.js';
export { SyncMessage } from './sync-message.js';
