import { MillraceError } from '../../../record/index.js';

const WORDS =
  'a member of another kind gives the partitions out, and not those of retry topics together with their source, so that ' +
  'the order of keys that are retried cannot be kept: stop that member, or give that order up (RETRY_ORDER=skip)';

/** The group's leader parts what has to stay together for `<CONSUMER>_RETRY_ORDER=block`. */
export class OrderNotKeptError extends MillraceError {
  readonly code = 'ORDER_NOT_KEPT';
  readonly retriable = true;

  constructor() {
    super(WORDS);
  }
}
