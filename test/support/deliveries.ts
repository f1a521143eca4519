import type {
  Delivery,
  HandlerDescription,
  KafkaRecord,
  RecordOrigin,
} from '../../src/record/index.js';

class SpecController {
  handle(): void {
    // Stands for a handler whose metadata nobody reads.
  }
}

export interface DeliveryParts {
  readonly record?: Partial<KafkaRecord>;
  readonly origin?: Partial<RecordOrigin>;
  readonly handler?: Partial<HandlerDescription>;
  readonly value?: unknown;
  readonly suspend?: Delivery['suspend'];
}

/** A delivery on its first attempt, with what a test does not care about filled in. */
export function deliveryOf(parts: DeliveryParts = {}): Delivery {
  const record: KafkaRecord = {
    topic: 'orders',
    partition: 0,
    offset: 7,
    timestamp: 1_769_860_800_000,
    key: null,
    value: Buffer.from('{}'),
    headers: [],
    ...parts.record,
  };
  const { topic, partition, offset, timestamp } = record;
  return {
    record,
    origin: { topic, partition, offset, timestamp, ...parts.origin },
    handler: {
      consumer: 'orders',
      groupId: 'storage_loader',
      topic,
      handler: 'SpecController.handle',
      controller: SpecController,
      method: SpecController.prototype.handle,
      ...parts.handler,
    },
    assignmentEpoch: 1,
    value: parts.value,
    attempt: 1,
    failedAttempts: 0,
    firstFailedAt: undefined,
    signal: new AbortController().signal,
    suspend: parts.suspend ?? (() => Promise.reject(new Error('not to be suspended'))),
  };
}
