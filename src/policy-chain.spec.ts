import { deliveryOf } from '../test/support/deliveries.js';
import type { Settings } from './config/index.js';
import type { DeadLetterInterceptor, RetryInterceptor } from './failures/index.js';
import type { IdempotencyInterceptor } from './idempotency/index.js';
import { Batch, HandlerDeclarationError, type RecordValues } from './kafka/index.js';
import { PolicyChain } from './policy-chain.js';
import type { DeliveryStep } from './record/index.js';
import type { Transactions } from './transactions/index.js';

const step: DeliveryStep = (_delivery, next) => next();
const { handler } = deliveryOf();

function chainOf({ remembers = false, isTransactional = false }): PolicyChain {
  return new PolicyChain(
    { stepFor: () => step } as unknown as DeadLetterInterceptor,
    { stepFor: () => step } as unknown as RetryInterceptor,
    { stepFor: () => (remembers ? step : undefined) } as unknown as IdempotencyInterceptor,
    { step } as unknown as RecordValues,
    { consumers: new Map() } as unknown as Settings,
    { planFor: () => (isTransactional ? {} : undefined) } as unknown as Transactions,
  );
}

describe('the policies of a handler', () => {
  it('remember messages, or commit in transactions', () => {
    expect(chainOf({ remembers: true }).stepsFor(handler)).toHaveLength(4);
    expect(chainOf({ isTransactional: true }).stepsFor(handler)).toHaveLength(3);
  });

  it('put records together, or commit them in transactions, and never both', () => {
    class Controller {
      @Batch({ maxRecords: 2 })
      handle(): void {
        return undefined;
      }
    }
    const chain = chainOf({ isTransactional: true });
    const { handle: method } = Controller.prototype;
    expect(chain.transactionsFor(handler)).toBeDefined();
    expect(() => chain.transactionsFor({ ...handler, method })).toThrow(
      /takes its records together/,
    );
  });

  it('never do both: a claim outlives a transaction that is aborted, and its records would never be produced', () => {
    const both = chainOf({ remembers: true, isTransactional: true });
    expect(() => both.stepsFor(handler)).toThrow(HandlerDeclarationError);
    expect(() => both.stepsFor(handler)).toThrow(
      /is @Transactional and its messages are remembered/,
    );
  });
});
