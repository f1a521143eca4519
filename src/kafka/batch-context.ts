import type { KafkaContext } from '@nestjs/microservices';
import { RecordContext } from './record-context.js';
import { TransportContext } from './transport-context.js';

/** The context of one record of a batch: the batch has one slot, so none of its records can give one back. */
class BatchedRecordContext extends RecordContext {
  override suspend(): Promise<void> {
    return Promise.reject(
      new TypeError('a record of a batch cannot wait by itself: name it in failed, or throw'),
    );
  }
}

/**
 * What a `@Batch` handler gets as `@Ctx()`: a context for each record, in the order of the payloads. All records are of
 * one partition.
 */
export class BatchContext extends TransportContext implements Iterable<RecordContext> {
  readonly records: readonly RecordContext[];

  constructor(deliveries: readonly RecordContext['delivery'][]) {
    super();
    this.records = deliveries.map((delivery) => new BatchedRecordContext(delivery));
  }

  get length(): number {
    return this.records.length;
  }

  at(index: number): RecordContext | undefined {
    return this.records.at(index);
  }

  [Symbol.iterator](): Iterator<RecordContext> {
    return this.records.values();
  }

  /** Aborted when the deadline of this run has passed (its reason is a `HandlerTimeoutError`) or the partition is lost. */
  get signal(): AbortSignal {
    return this.records[0]!.signal;
  }

  override getTopic(): string {
    return this.records[0]!.getTopic();
  }

  override getPartition(): number {
    return this.records[0]!.getPartition();
  }

  override getMessage(): ReturnType<KafkaContext['getMessage']> {
    throw new Error(
      'a batch has a message for each of its records: ask the records of its context',
    );
  }
}
