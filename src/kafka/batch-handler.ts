import type { BatchedResult, BatchStep, Delivery, Outcome, Outlook } from '../record/index.js';
import {
  BatchMember,
  BatchRun,
  resultsOf,
  type BatchedDelivery,
  type Company,
  type RunBatch,
} from './batches/index.js';
import { BatchContext } from './batch-context.js';
import type { RecordDelivery } from './consumer/record-delivery.js';
import { RecordValidationPipe, type BoundHandler } from './handlers/index.js';
import { called, outcomeWithoutValue } from './invocation.js';
import type { RecordValues } from './record-values.js';

export interface BatchHandlerOptions {
  readonly handler: BoundHandler;
  /** Around each run, where the effects of a handler and its policy are one transaction. */
  readonly step: BatchStep | undefined;
  readonly values: RecordValues;
  readonly outlook: (delivery: Delivery, error: unknown) => Outlook;
}

/**
 * The innermost part of a record's way where its handler takes batches: the record is made ready, gathered with others
 * of its partition, and has an outcome of its own when the run that it went with has ended. What cannot be handed over
 * never comes into a batch.
 */
export class BatchHandler {
  private readonly companies = new WeakMap<Delivery, Company>();
  private readonly pipe = new RecordValidationPipe();
  private readonly isAtomic: boolean;

  constructor(private readonly options: BatchHandlerOptions) {
    const { handler, step } = options;
    this.isAtomic = step !== undefined || handler.batch?.isAtomic === true;
  }

  async handle(delivery: RecordDelivery): Promise<Outcome> {
    const withoutValue = outcomeWithoutValue(this.options.handler, delivery);
    if (withoutValue !== undefined) return withoutValue;
    const payload = this.payloadOf(delivery);
    const member = new BatchMember({
      delivery,
      payload: payload instanceof Promise ? await payload : payload,
      renew: () => this.renew(delivery),
      company: this.companies.get(delivery),
      run: this.run,
    });
    try {
      return await delivery.gather(member);
    } catch (error) {
      if (member.company === undefined) this.companies.delete(delivery);
      else this.companies.set(delivery, member.company);
      throw error;
    }
  }

  private readonly run: RunBatch = (members, mayGoOn) => {
    const { isAtomic } = this;
    const { outlook } = this.options;
    const call = (part: readonly BatchMember[]) => this.call(part);
    return new BatchRun(members, { call, isAtomic, outlook, mayGoOn }).run();
  };

  private call(members: readonly BatchMember[]): Promise<readonly BatchedResult[]> {
    const { step } = this.options;
    if (step === undefined) return this.invoke(members);
    const memberOf = new Map<Delivery, BatchMember>();
    for (const member of members) memberOf.set(member.delivery, member);
    return step([...memberOf.keys()], (fresh) =>
      this.invoke(fresh.map((delivery) => memberOf.get(delivery)!)),
    );
  }

  /** One call of the handler, under the deadline of each of its records. */
  private async invoke(members: readonly BatchMember[]): Promise<readonly BatchedResult[]> {
    if (members.length === 0) return [];
    const payloads = await Promise.all(members.map((member) => member.takePayload()));
    const deliveries = members.map(({ delivery }) => delivery);
    for (const [index, delivery] of deliveries.entries()) delivery.isSpokenFor = index > 0;
    let results: Promise<BatchedResult[]> | undefined;
    const handled = (): Promise<BatchedResult[]> =>
      (results ??= this.resultsFor(payloads, deliveries));
    const attended = await Promise.allSettled(
      deliveries.map((delivery, index) =>
        delivery.attend(async () => ownOutcome((await handled())[index]!)),
      ),
    );
    await throwAsOne(handled(), attended[0]!);
    return attended.map((one) =>
      one.status === 'fulfilled' ? { outcome: one.value } : { error: one.reason as unknown },
    );
  }

  private async resultsFor(
    payloads: readonly unknown[],
    deliveries: readonly BatchedDelivery[],
  ): Promise<BatchedResult[]> {
    const context = new BatchContext(deliveries);
    return resultsOf(await called(this.options.handler, payloads, context), payloads.length);
  }

  private payloadOf(delivery: Delivery): unknown {
    const { contract } = this.options.handler.batch!;
    if (contract === undefined) return delivery.value;
    return this.pipe.transform(delivery.value, { type: 'body', metatype: contract as never });
  }

  private async renew(delivery: Delivery): Promise<unknown> {
    const failure = await this.options.values.decode(delivery);
    if (failure !== undefined) throw failure.error;
    return this.payloadOf(delivery);
  }
}

function ownOutcome(result: BatchedResult): Outcome {
  if ('error' in result) throw result.error;
  return result.outcome;
}

/** Rejects where the whole call did, with the error as the first record's deadline judges it. */
async function throwAsOne(
  results: Promise<unknown>,
  first: PromiseSettledResult<Outcome>,
): Promise<void> {
  try {
    await results;
  } catch (error) {
    throw first.status === 'rejected' ? first.reason : error;
  }
}
