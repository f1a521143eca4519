import 'reflect-metadata';
import type { HandlerDescription, OutgoingRecord, Outcome } from '../record/index.js';

const TRANSACTIONAL_METADATA = 'millrace:transactional';

/** How records are put together into transactions. */
export interface TransactionalOptions {
  /** A transaction is committed once it has so many records; default 500. */
  readonly maxRecords?: number;
  /** Or once its first record has waited for so long; default 100. */
  readonly maxWaitMs?: number;
  /** After this the broker aborts a transaction that nobody ends; default 60,000. Handlers run outside of it. */
  readonly timeoutMs?: number;
}

/** What a transactional handler returns: the records to produce, if any, or `skipped(reason)`. */
export type TransactionalResult = OutgoingRecord | readonly OutgoingRecord[] | Outcome | void;

type TransactionalMethod = (
  ...parameters: never[]
) => TransactionalResult | Promise<TransactionalResult>;

/**
 * The handler returns the records to produce. They, the offset of the record that was handled, and its dead letter or
 * retry record instead, are committed in one Kafka transaction: a reader of committed records sees each once, whatever
 * crashes. That holds for what is returned; whatever else the handler does may be repeated.
 */
export function Transactional(options: TransactionalOptions = {}) {
  return <Method extends TransactionalMethod>(
    _prototype: object,
    _name: string | symbol,
    { value }: TypedPropertyDescriptor<Method>,
  ): void => {
    Reflect.defineMetadata(TRANSACTIONAL_METADATA, options, value!);
  };
}

/** What the decorator says of a handler; undefined without it. */
export function transactionalOptionsOf({
  method,
}: Pick<HandlerDescription, 'method'>): TransactionalOptions | undefined {
  return Reflect.getMetadata(TRANSACTIONAL_METADATA, method) as TransactionalOptions | undefined;
}
