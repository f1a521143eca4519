export { toRunEvent } from './workflow-event.translator.js';
