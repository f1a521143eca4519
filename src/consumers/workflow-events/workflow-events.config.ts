import { configKey, defineConsumer, oneOf } from '../../config/index.js';

export const UNKNOWN_TYPES_KEY = 'WORKFLOW_EVENTS_UNKNOWN_TYPES';

export type UnknownTypes = 'store' | 'dead-letter';

export const workflowEventsConfig = defineConsumer({
  name: 'workflow-events',
  requires: ['DATABASE_URL'],
  keys: [
    configKey(UNKNOWN_TYPES_KEY, {
      parse: oneOf('store', 'dead-letter'),
      default: 'store',
      describes:
        'Events of a type that is not known: kept, and given to callbacks, or dead letters, reason `validation`',
      section: 'Consumer workflow-events',
    }),
  ],
});
