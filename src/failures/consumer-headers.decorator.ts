import { SetMetadata } from '@nestjs/common';

/** What readers of an older form of dead letters look for. */
export const CONSUMER_HEADERS = {
  failedAt: 'consumer_failed_at',
  error: 'consumer_error',
} as const;

const CONSUMER_HEADERS_METADATA = 'millrace:consumer-headers';

/**
 * The dead letters of this controller's records say when and why also in `consumer_failed_at` and `consumer_error`, behind
 * all other headers. Headers of the record's own that are called so stay in front of them.
 */
export function ConsumerHeaders(): ClassDecorator {
  return SetMetadata(CONSUMER_HEADERS_METADATA, true);
}

export function hasConsumerHeaders(controller: unknown): boolean {
  return (
    typeof controller === 'function' &&
    Reflect.getMetadata(CONSUMER_HEADERS_METADATA, controller) === true
  );
}
