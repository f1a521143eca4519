export { toMergeMessage } from './sync-message.translator.js';
