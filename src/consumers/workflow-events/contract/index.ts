export { WorkflowEvent } from './workflow-event.js';
export { dataTextOf } from './data-text.js';
