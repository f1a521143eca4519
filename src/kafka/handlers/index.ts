export {
  ConsumerGroup,
  consumerGroupOf,
  type ConsumerGroupMetadata,
  type ConsumerGroupOptions,
} from './consumer-group.decorator.js';
export { BufferFlushes, type BufferedPartition } from './buffer-flushes.js';
export { CONSUMER_OF_CONTROLLER, FOUND_HANDLER, HandlerDiscovery } from './handler-discovery.js';
export { HandlerCalls } from './handler-calls.js';
export type { ControllerClass } from './handler-metadata.js';
export {
  HandlerRegistry,
  type BoundHandler,
  type FoundHandler,
  type HandlerCallback,
} from './handler-registry.js';
export { RawValue, takesRawValue } from './raw-value.decorator.js';
export { RecordValidationPipe } from './record-validation.pipe.js';
export { RethrowFilter } from './rethrow.filter.js';
export { Tombstone, type TombstonePolicy } from './tombstone.decorator.js';
export { headBlockedPolicyOf } from './deadline-options.js';
