import type { Logger } from '@nestjs/common';
import {
  producerFailureOf,
  type ProspectiveCommit,
  type SessionWait,
  type TransactedPartition,
  type TransactionCounts,
  type TransactionEntry,
  type TransactionSession,
} from '../../kafka/index.js';
import type { TransactionRules } from '../transaction-rules.js';
import { SessionFencedError } from '../transactions.errors.js';
import { EntryQueue } from './entry-queue.js';
import { fittingEntries } from './fitting-entries.js';
import { QueuedEntry } from './queued-entry.js';
import { Refusals } from './refusals.js';
import { requestsOf } from './send-requests.js';
import { initFailure, sessionFailure, type SessionNames } from './session-failures.js';
import { SessionLifecycle } from './session-lifecycle.js';
import type { SessionProducer } from './session-producer.js';
import { RequestRefused, transact, type Placed } from './transact.js';

const SHORTEST_PAUSE_MS = 20;

export interface PartitionSessionOptions {
  readonly partition: TransactedPartition;
  readonly rules: TransactionRules;
  readonly counts: TransactionCounts;
  readonly names: SessionNames;
  readonly logger: Pick<Logger, 'log' | 'warn' | 'error'>;
  /** A new producer with the session's transactional id. */
  readonly createProducer: () => SessionProducer;
}

/**
 * One partition's transactions, one after the other. Each holds what some records publish and the commit that says that
 * exactly those are settled, so a reader of committed records sees all of it or nothing, and whoever takes the partition
 * over begins behind it. Nothing is waited for in an open transaction but the answers of brokers. An error that does not
 * say what became of a transaction ends the session: nothing is ever committed a second time.
 */
export class PartitionSession implements TransactionSession {
  private readonly lifecycle = new SessionLifecycle();
  private readonly queue = new EntryQueue();
  private readonly refusals: Refusals;
  /** Topics that have refused a request of several records. */
  private readonly singly = new Set<string>();
  private producer: SessionProducer;
  private underWay = 0;
  private timer: NodeJS.Timeout | undefined;
  private isHurried = false;

  constructor(private readonly options: PartitionSessionOptions) {
    this.producer = options.createProducer();
    this.refusals = new Refusals(this.queue, options.logger, () => this.pump());
  }

  get pending(): number {
    return this.queue.size + this.underWay;
  }

  get waits(): readonly SessionWait[] {
    return this.queue.waits();
  }

  async init(): Promise<void> {
    this.lifecycle.to('initialising');
    try {
      await this.producer.init();
    } catch (error) {
      this.lifecycle.to('failed');
      throw initFailure(error, this.options.names);
    }
    this.lifecycle.to('ready');
  }

  submit(entry: TransactionEntry): void {
    this.queue.add(new QueuedEntry(entry, performance.now()));
    if (this.timer === undefined || this.isFull || this.isHurried) this.pump();
  }

  hurry(): void {
    this.isHurried = true;
    this.pump();
  }

  async close(): Promise<void> {
    this.lifecycle.to('closed');
    clearTimeout(this.timer);
    await this.producer.close();
  }

  /** Begins the next transaction if one is due, or sees to it that this is asked again. */
  private pump(): void {
    if (this.lifecycle.state !== 'ready') return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const now = performance.now();
    const isDue = this.isHurried || this.isFull || this.dueAt <= now;
    const begun = isDue ? this.begin(now) : false;
    if (begun) return;
    this.isHurried = false;
    const { dueAt } = this;
    if (dueAt === Number.POSITIVE_INFINITY) return;
    this.timer = setTimeout(() => this.pump(), Math.max(SHORTEST_PAUSE_MS, dueAt - now)).unref();
  }

  private get isFull(): boolean {
    return this.queue.ready >= this.options.rules.maxRecords;
  }

  private get dueAt(): number {
    const { queue, options } = this;
    const flushAt = (queue.oldestSince ?? Number.POSITIVE_INFINITY) + options.rules.maxWaitMs;
    return Math.min(flushAt, queue.nextProbeAt);
  }

  private begin(now: number): boolean {
    const { partition, rules } = this.options;
    const taken = this.queue.take(now, rules.maxRecords);
    const fitting = fittingEntries(taken, (sequences) => partition.commitWith(sequences));
    const { entries = [], left = taken, commit } = fitting ?? {};
    this.queue.putBack(left);
    const isWorthIt = entries.length > 0 || (this.isHurried && partition.isCommitDue);
    if (!isWorthIt || commit === undefined) return false;
    this.lifecycle.to('open');
    this.underWay = entries.length;
    void this.run(entries, commit);
    return true;
  }

  private async run(entries: readonly QueuedEntry[], commit: ProspectiveCommit): Promise<void> {
    const { partition } = this.options;
    try {
      const requests = requestsOf(entries, (topic) => this.singly.has(topic));
      const committing = (): void => void this.lifecycle.to('committing');
      const placed = await transact(this.producer, { partition, requests, commit, committing });
      // Given up meanwhile: whoever begins behind the commit finds it, and here nobody asks any more.
      if (this.lifecycle.to('ready')) this.committed(entries, placed, commit);
    } catch (error) {
      await this.undo(entries, error).catch((failure: unknown) => this.fail(failure));
    }
    this.pump();
  }

  private committed(
    entries: readonly QueuedEntry[],
    placed: Placed,
    commit: ProspectiveCommit,
  ): void {
    this.options.counts.committed += 1;
    this.underWay = 0;
    for (const [{ publication }, place] of placed) publication.placed(place);
    for (const { entry } of entries) entry.settled();
    this.options.partition.accepted(commit);
    this.refusals.settled(entries);
  }

  /** Aborts what a request was refused in, and puts its entries back. Rejects with what ends the session. */
  private async undo(entries: readonly QueuedEntry[], error: unknown): Promise<void> {
    if (!(error instanceof RequestRefused)) throw error;
    const failure = producerFailureOf(error.reason);
    if (failure.kind === 'unknown' || failure.kind === 'fenced') throw error.reason;
    if (!this.lifecycle.to('aborting')) return;
    await this.producer.abort();
    this.options.counts.aborted += 1;
    const { topic, parts } = error.request;
    if (parts.length > 1) {
      this.singly.add(topic);
      await this.renew();
    }
    this.underWay = 0;
    this.queue.putBack(entries);
    if (parts.length === 1) this.refusals.refused(parts[0]!, failure);
    this.lifecycle.to('ready');
  }

  /**
   * Goes on with a new producer. Of a refused request some records may have been written, and kafkajs would number the
   * next ones as it had numbered those: the broker would take them for repeats and drop them.
   */
  private async renew(): Promise<void> {
    if (!this.lifecycle.to('renewing')) return;
    void this.producer.close();
    this.producer = this.options.createProducer();
    await this.producer.init();
    if (await this.options.partition.isUnchanged()) return;
    const { topic, partition } = this.options.names;
    throw new SessionFencedError(`the commit of ${topic}-${partition} was moved by somebody else`);
  }

  private fail(error: unknown): void {
    const { counts, logger, names, partition } = this.options;
    if (!this.lifecycle.to('failed')) return;
    const failure = sessionFailure(error, names);
    const isFenced = failure instanceof SessionFencedError;
    counts.aborted += 1;
    if (isFenced) counts.fenced += 1;
    const { groupId, topic, partition: number, transactionalId } = names;
    const message = isFenced
      ? failure.message
      : 'nobody knows what became of a transaction: the commit is read anew, and what it does not have comes again';
    const fields = { groupId, topic, partition: number, transactionalId, records: this.pending };
    logger.warn(message, fields, ...(isFenced ? [] : [failure]));
    void this.producer.close();
    partition.failed(failure);
  }
}
