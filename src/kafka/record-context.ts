import type { KafkaContext } from '@nestjs/microservices';
import {
  DeliveryAbandoned,
  type Delivery,
  type KafkaRecord,
  type RecordOrigin,
} from '../record/index.js';
import { TransportContext } from './transport-context.js';

/**
 * What a handler gets as `@Ctx()`: Nest's KafkaContext plus the record byte for byte and the delivery's state.
 */
export class RecordContext extends TransportContext {
  constructor(readonly delivery: Delivery) {
    super();
  }

  /** The record as it was fetched: raw key, value and headers. */
  get record(): KafkaRecord {
    return this.delivery.record;
  }

  /** The first source record, also after retry or redrive. */
  get origin(): RecordOrigin {
    return this.delivery.origin;
  }

  /** 1 for the first try. */
  get attempt(): number {
    return this.delivery.attempt;
  }

  /** Aborted when the attempt's deadline has passed (its reason is a `HandlerTimeoutError`) or the partition is lost. */
  get signal(): AbortSignal {
    return this.delivery.signal;
  }

  /**
   * Gives the concurrency slot back until `until` (epoch ms) and keeps the key's order. Rejects with
   * `DeliveryAbandoned` when the partition is lost meanwhile: let it through.
   */
  suspend(until: number): Promise<void> {
    // What the delivery holds by then belongs to its dead letter.
    if (this.delivery.givenUp?.aborted === true)
      return Promise.reject(new DeliveryAbandoned('the handler was given up'));
    return this.delivery.suspend(until, { why: 'backoff' });
  }

  override getTopic(): string {
    return this.record.topic;
  }

  override getPartition(): number {
    return this.record.partition;
  }

  /** The record in kafkajs's form, with raw bytes. */
  override getMessage(): ReturnType<KafkaContext['getMessage']> {
    const { key, value, offset, timestamp, headers } = this.record;
    const message = {
      key,
      value,
      offset: String(offset),
      timestamp: String(timestamp),
      attributes: 0,
      headers: Object.fromEntries(
        headers.map(([name, bytes]) => [name, bytes ?? undefined] as const),
      ),
    };
    return message;
  }
}
