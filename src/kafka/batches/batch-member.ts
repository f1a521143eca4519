import type { Delivery, Outcome } from '../../record/index.js';

/** Records that failed as one and are to be tried again as one. */
export interface Company {
  /** How many of them are still to come. */
  awaited: number;
}

/** A delivery that can be one of a batch. */
export interface BatchedDelivery extends Delivery {
  /** Another one of the batch speaks for it where a deadline is told. */
  isSpokenFor: boolean;
  /** It is under way from now on, in the slot of its batch. */
  join(): void;
  /** Runs one attempt under the delivery's deadline. */
  attend<Result>(handle: () => Promise<Result>): Promise<Result>;
  /** Says that it ends without an outcome because it may not go on, and gives the error to end it with. */
  abandoned(): Error;
}

/** Runs members to an end of each. `mayGoOn`: false when nothing more of them may start. Never rejects. */
export type RunBatch = (members: readonly BatchMember[], mayGoOn: () => boolean) => Promise<void>;

export interface BatchMemberParts {
  readonly run: RunBatch;
  readonly delivery: BatchedDelivery;
  readonly payload: unknown;
  /** Makes the payload anew from the record's bytes. */
  readonly renew: () => Promise<unknown>;
  readonly company: Company | undefined;
}

/** One record of a batch, from when it is gathered until it has an end: its promise settles exactly once. */
export class BatchMember {
  readonly delivery: BatchedDelivery;
  readonly run: RunBatch;
  readonly ended: Promise<Outcome>;
  company: Company | undefined;
  private readonly renew: () => Promise<unknown>;
  private unused: { readonly payload: unknown } | undefined;
  private resolve: (outcome: Outcome) => void;
  private reject: (error: unknown) => void;

  constructor({ delivery, payload, renew, company, run }: BatchMemberParts) {
    this.run = run;
    this.delivery = delivery;
    this.renew = renew;
    this.company = company;
    this.unused = { payload };
    this.ended = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** A handler that had it and failed may have changed it: from the second time on it is made anew. */
  takePayload(): unknown {
    const { unused } = this;
    if (unused === undefined) return this.renew();
    this.unused = undefined;
    return unused.payload;
  }

  succeed(outcome: Outcome): void {
    this.resolve(outcome);
  }

  /** `company`: those with which it is to be tried again. Without one it goes with whatever comes. */
  fail(error: unknown, company?: Company): void {
    this.company = company;
    this.reject(error);
  }

  letGo(): void {
    this.company = undefined;
    this.reject(this.delivery.abandoned());
  }
}
