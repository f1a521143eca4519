import { SetMetadata } from '@nestjs/common';
import type { HeadBlockedPolicy } from '../consumer/deadlines/index.js';
import type { Ordering } from '../consumer/ordering/index.js';

/** A consumer's policies as its author writes them. The environment's `<CONSUMER>_…` keys win over them. */
export interface ConsumerGroupOptions {
  /** Default: `KAFKA_DEFAULT_GROUP_ID`. */
  readonly groupId?: string;
  /** Default: `key`. */
  readonly ordering?: Ordering;
  /** Records that may be handled at once; default 64. */
  readonly concurrency?: number;
  /**
   * The deadline of one attempt, waits not counted; default 5 minutes. Where it is longer, a transaction in PostgreSQL in
   * which nothing is asked for 6 minutes is ended by the server, unless `<CONSUMER>_HANDLER_TIMEOUT` says the same.
   */
  readonly handlerTimeoutMs?: number;
  /** What becomes of a record whose handler has not ended 30 s after its deadline; default `wait`. */
  readonly headBlocked?: HeadBlockedPolicy;
  /** Default: `<topic>.<group>.dlq`. */
  readonly deadLetterTopic?: string;
  /**
   * `configured`: the consumer's one handler takes every topic that the environment or the consumer's own keys name,
   * however many, in place of the one that it declares.
   */
  readonly topics?: 'configured';
}

export interface ConsumerGroupMetadata extends ConsumerGroupOptions {
  readonly consumer: string;
}

export const CONSUMER_GROUP_METADATA = 'millrace:consumer-group';

/**
 * Names a controller's consumer and sets its consumer group and policies. Several groups may read one topic in one
 * process without disturbing each other.
 */
export function ConsumerGroup(
  consumer: string,
  options: ConsumerGroupOptions = {},
): ClassDecorator {
  return SetMetadata(CONSUMER_GROUP_METADATA, {
    consumer,
    ...options,
  } satisfies ConsumerGroupMetadata);
}

/** The same, read back. */
export function consumerGroupOf(controller: object): ConsumerGroupMetadata | undefined {
  return Reflect.getMetadata(CONSUMER_GROUP_METADATA, controller) as
    ConsumerGroupMetadata | undefined;
}
