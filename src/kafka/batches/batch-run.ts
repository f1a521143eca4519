import {
  DeliveryAbandoned,
  type BatchedResult,
  type Delivery,
  type Outlook,
} from '../../record/index.js';
import type { BatchMember, Company } from './batch-member.js';
import { Narrowing } from './narrowing.js';

/** So many records in a row that failed alone, and may be tried again: then it is not the records. */
const FAILED_IN_A_ROW = 5;

export interface BatchRunOptions {
  /** One call of the handler. Where it rejects, an atomic one has had no effect. */
  readonly call: (members: readonly BatchMember[]) => Promise<readonly BatchedResult[]>;
  readonly isAtomic: boolean;
  readonly outlook: (delivery: Delivery, error: unknown) => Outlook;
  /** False when nothing new may start: what has not run by then comes again. */
  readonly mayGoOn: () => boolean;
}

/**
 * Runs one batch to an end of each of its members. No record is given up for an error that it had together with others:
 * a batch that throws is narrowed until those that fail stand alone, at once where the handler is atomic, otherwise when
 * it would not be tried again as a whole. What is nobody's fault is never narrowed while trying again may help.
 */
export class BatchRun {
  private readonly narrowing: Narrowing<BatchMember>;
  private failedInARow = 0;

  constructor(
    members: readonly BatchMember[],
    private readonly options: BatchRunOptions,
  ) {
    this.narrowing = new Narrowing(members);
  }

  /** Never rejects. */
  async run(): Promise<void> {
    for (let part = this.narrowing.next(); part !== undefined; part = this.narrowing.next()) {
      await this.runPart(part);
      if (this.options.mayGoOn()) continue;
      for (const member of this.narrowing.takeRest()) member.letGo();
    }
  }

  private async runPart(part: readonly BatchMember[]): Promise<void> {
    try {
      const results = await this.options.call(part);
      for (const [index, member] of part.entries()) this.end(member, results[index]!);
    } catch (error) {
      this.thrown(part, error);
    }
  }

  private end(member: BatchMember, result: BatchedResult): void {
    this.failedInARow = 0;
    if (!('error' in result)) return member.succeed(result.outcome);
    member.delivery.spread = undefined;
    member.fail(result.error);
  }

  private thrown(part: readonly BatchMember[], error: unknown): void {
    const outlooks = part.map(({ delivery }) => this.options.outlook(delivery, error));
    const { concerns } = outlooks[0]!;
    if (concerns === 'dependency' || error instanceof DeliveryAbandoned) {
      return failAsOne([...part, ...this.narrowing.takeRest()], error);
    }
    if (part.length === 1) return this.failedAlone(part[0]!, error);
    if (this.options.isAtomic && concerns === 'record') return this.narrowing.halve(part);
    failAsOne(
      part.filter((_, index) => !outlooks[index]!.isLast),
      error,
    );
    const last = part.filter((_, index) => outlooks[index]!.isLast);
    if (this.options.isAtomic) this.narrowing.halve(last);
    else this.narrowing.single(last);
  }

  private failedAlone(member: BatchMember, error: unknown): void {
    failAsOne([member], error);
    this.failedInARow += 1;
    if (this.failedInARow < FAILED_IN_A_ROW) return;
    const rest = this.narrowing.takeRest();
    const isLast = ({ delivery }: BatchMember): boolean =>
      this.options.outlook(delivery, error).isLast;
    if (rest.some(isLast)) this.narrowing.single(rest);
    else failAsOne(rest, error);
  }
}

/** They come back together, and with nobody else: their trouble stays among them. */
function failAsOne(members: readonly BatchMember[], error: unknown): void {
  const company: Company = { awaited: members.length };
  const spread = Math.random();
  for (const member of members) {
    member.delivery.spread = spread;
    member.fail(error, company);
  }
}
