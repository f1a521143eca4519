import { isObservable, lastValueFrom } from 'rxjs';
import {
  ContractViolationError,
  outcomeOf,
  skipped,
  type Delivery,
  type Outcome,
} from '../record/index.js';
import type { BoundHandler } from './handlers/index.js';
import type { TransactionPlan } from './ports/index.js';
import { RecordContext } from './record-context.js';
import type { TransportContext } from './transport-context.js';

/** Nest's callback or the method itself, with what they leave open: null values, streams, and answers given in place of an error. */
export async function invoke(
  handler: BoundHandler,
  delivery: Delivery,
  transactions: TransactionPlan | undefined,
): Promise<Outcome> {
  const withoutValue = outcomeWithoutValue(handler, delivery);
  if (withoutValue !== undefined) return withoutValue;
  const returned = await called(handler, delivery.value, new RecordContext(delivery));
  const outcome = outcomeOf(returned);
  if (delivery.outbox !== undefined && outcome.kind !== 'skipped')
    transactions?.collect(returned, delivery.outbox);
  return outcome;
}

/** What the callback returned in the end. An error that a filter answered for is thrown, unless it asked for a skip. */
export async function called(
  handler: BoundHandler,
  value: unknown,
  context: TransportContext,
): Promise<unknown> {
  const returned = await handler.callback(value, context);
  const last: unknown = isObservable(returned)
    ? await lastValueFrom(returned, { defaultValue: undefined })
    : returned;
  if (context.notedError !== undefined && outcomeOf(last).kind !== 'skipped')
    throw context.notedError.error;
  return last;
}

/** What a handler with a contract does with no value: undefined means that it gets the value, null or not. */
export function outcomeWithoutValue(
  handler: BoundHandler,
  delivery: Delivery,
): Outcome | undefined {
  if (delivery.value !== null || !handler.hasContract) return undefined;
  if (delivery.record.value !== null) throw new ContractViolationError('the value is null');
  switch (handler.tombstones) {
    case 'handle':
      return undefined;
    case 'skip':
      return skipped('tombstone');
    case 'dead-letter':
      throw new ContractViolationError('a tombstone: the value is absent');
  }
}
