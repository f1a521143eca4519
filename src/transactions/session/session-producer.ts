import type { TransactionalProducer } from '../../kafka/index.js';

/** What a session needs of a producer. */
export type SessionProducer = Pick<
  TransactionalProducer,
  'init' | 'begin' | 'send' | 'sendOffsets' | 'commit' | 'abort' | 'close'
>;
