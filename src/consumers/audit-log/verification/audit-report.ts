import type { ChainHead, ChainFault } from '../domain/index.js';
import type { ChainName } from '../persistence/index.js';

export type FindingKind = ChainFault | 'not recorded' | 'not as expected';

/** Something that is not as it was written. */
export interface Finding extends ChainName {
  readonly kind: FindingKind;
  readonly sequence?: bigint;
  readonly offset?: bigint;
  readonly detail: string;
}

export interface VerifiedChain extends ChainName {
  readonly entries: number;
  readonly head: ChainHead;
}

/** Committed offsets that nothing can be said about, because the topic does not have them any more. */
export interface Unchecked extends ChainName {
  readonly offsets: number;
  readonly first: number;
  readonly last: number;
}

/** So many are kept to be shown; all are counted. */
const MOST_FINDINGS = 1000;

/** What a verification found, in a size that does not grow with the log. */
export class AuditReport {
  readonly chains: VerifiedChain[] = [];
  readonly findings: Finding[] = [];
  readonly unchecked: Unchecked[] = [];
  /** Sources that do not exist (any more): whether an end of a chain was removed could not be looked up there. */
  readonly missingTopics: string[] = [];
  private count = 0;

  get isConsistent(): boolean {
    return this.count === 0;
  }

  get findingsLeftOut(): number {
    return this.count - this.findings.length;
  }

  find(finding: Finding): void {
    this.count += 1;
    if (this.findings.length < MOST_FINDINGS) this.findings.push(finding);
  }
}
