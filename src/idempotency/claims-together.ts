import { HandlerDeclarationError } from '../kafka/index.js';
import {
  DUPLICATE,
  type BatchedResult,
  type BatchStep,
  type Delivery,
  type Outcome,
} from '../record/index.js';
import type {
  IdempotencyProvider,
  MessageClaim,
  RunOnceResult,
  TogetherResult,
} from './idempotency-provider.port.js';

type TogetherProvider = Required<Pick<IdempotencyProvider, 'runTogether'>>;

/**
 * Claims of records that go to their handler as a batch, in the batch's own transaction. Each record still has its claim
 * answered by itself: it hands the claim in, waits for the batch that it goes with, and is told what became of it there.
 */
export class ClaimsTogether {
  private readonly claims = new WeakMap<Delivery, MessageClaim>();
  private readonly answers = new WeakMap<Delivery, RunOnceResult>();

  /** As a provider does, for one record of a batch. The work is its way through the batch. */
  async runOnce(claim: MessageClaim, work: () => Promise<Outcome>): Promise<RunOnceResult> {
    const { delivery } = claim;
    this.claims.set(delivery, claim);
    this.answers.delete(delivery);
    const outcome = await work();
    const answer = this.answers.get(delivery);
    if (answer?.kind === 'ran' || (answer === undefined && outcome.kind === 'skipped'))
      return { kind: 'ran', outcome };
    if (answer !== undefined) return answer;
    throw new HandlerDeclarationError(
      `${delivery.handler.handler} was called without its claims: @Batch needs Millrace's own transport`,
    );
  }

  /** Around a batch: asks for all of its claims at once. */
  step(provider: TogetherProvider): BatchStep {
    return async (deliveries, next) => {
      const claims = deliveries.map((delivery) => this.claims.get(delivery)!);
      const results = await provider.runTogether(claims, (fresh) =>
        next(fresh.map(({ delivery }) => delivery)),
      );
      return results.map((result, index) => this.note(deliveries[index]!, result));
    };
  }

  private note(delivery: Delivery, result: TogetherResult): BatchedResult {
    if (result.kind === 'failed') return { error: result.error };
    this.answers.set(delivery, result);
    return { outcome: result.kind === 'ran' ? result.outcome : DUPLICATE };
  }
}
