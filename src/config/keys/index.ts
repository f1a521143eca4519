export { configKey, type ConfigKey, type ConfigKeys, type ValuesOf } from './config-key.js';
export {
  defineConsumer,
  isConsumerDeclaration,
  type ConsumerDeclaration,
  type ConsumerDefinition,
} from './consumer-declaration.js';
export {
  CONSUMER_FAILURE_KEYS,
  CONSUMER_PLACEHOLDER,
  CONSUMER_SOURCE_KEYS,
  consumerPrefix,
  DEFAULT_REDRIVE_LIMIT,
  keysOf,
} from './consumer.keys.js';
export { KAFKA_CONNECTION_KEYS, KAFKA_CONSUMPTION_KEYS } from './kafka.keys.js';
export { CONSUMER_KEYS, FIXED_KEYS, keyTable, keyTableOf } from './key-table.js';
export { SERVICE_KEYS } from './service.keys.js';
export { STORE_KEYS } from './store.keys.js';
