import { setTimeout as sleep } from 'node:timers/promises';
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
import {
  initFailure,
  isMetadataRefused,
  sayFailure,
  sessionFailure,
  type SessionLogger,
  type SessionNames,
} from './session-failures.js';
import { SessionLifecycle } from './session-lifecycle.js';
import type { SessionProducer } from './session-producer.js';
import { RequestRefused, transact, type Placed } from './transact.js';
import { WaitingRoom } from './waiting-room.js';

const SHORTEST_PAUSE_MS = 20;
/** A transaction of so many bytes waits for no more. */
const MAX_BYTES = 1024 * 1024;
/** So many wait for transactions at most, and what handlers that run by then return. */
const MAX_WAITING_BYTES = 4 * MAX_BYTES;
/** And so many while they wait for a topic: past it the handlers of the consumer stand still. */
const MAX_HELD_BYTES = 16 * MAX_BYTES;
/** A transaction under way gets this long when its session is closed; after that its broker or its next owner ends it. */
const CLOSING_MS = 2_000;

export interface PartitionSessionOptions {
  readonly partition: TransactedPartition;
  readonly rules: TransactionRules;
  readonly counts: TransactionCounts;
  readonly names: SessionNames;
  readonly logger: SessionLogger;
  /** What is known of the broker, by all sessions of the handler. */
  readonly broker: { takesMetadata: boolean };
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
  private running: Promise<void> = Promise.resolve();
  private readonly waitingRoom = new WaitingRoom(
    () =>
      this.lifecycle.isOver ||
      (this.queue.readyBytes < MAX_WAITING_BYTES && this.queue.heldBytes < MAX_HELD_BYTES),
  );
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

  room(): Promise<void> | undefined {
    return this.waitingRoom.enter();
  }

  hurry(): void {
    this.isHurried = true;
    this.pump();
  }

  async close(): Promise<void> {
    if (!this.lifecycle.to('closed')) return;
    clearTimeout(this.timer);
    this.waitingRoom.look();
    // Cut off it would stay open, and readers of committed records would wait for its timeout.
    await Promise.race([this.running, sleep(CLOSING_MS, undefined, { ref: false })]);
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
    const { ready, readyBytes } = this.queue;
    return ready >= this.options.rules.maxRecords || readyBytes >= MAX_BYTES;
  }

  private get dueAt(): number {
    const { queue, options } = this;
    const flushAt = (queue.oldestSince ?? Number.POSITIVE_INFINITY) + options.rules.maxWaitMs;
    return Math.min(flushAt, queue.nextProbeAt);
  }

  private begin(now: number): boolean {
    const { partition, rules } = this.options;
    const taken = this.queue.take(now, { maxRecords: rules.maxRecords, maxBytes: MAX_BYTES });
    const fitting = fittingEntries(taken, (sequences) => this.commitWith(sequences));
    const { entries = [], left = taken, commit } = fitting ?? {};
    this.queue.putBack(left);
    const isWorthIt = entries.length > 0 || (this.isHurried && partition.isCommitDue);
    if (!isWorthIt || commit === undefined) return false;
    this.lifecycle.to('open');
    this.underWay = entries.length;
    this.running = this.run(entries, commit);
    return true;
  }

  /** A broker that takes no metadata can be told of nothing that is settled ahead. */
  private commitWith(sequences: ReadonlySet<number>): ProspectiveCommit | undefined {
    const { partition, broker } = this.options;
    const commit = partition.commitWith(sequences);
    if (commit === undefined || broker.takesMetadata || commit.metadata === '') return commit;
    return { ...commit, metadata: '', isComplete: false };
  }

  private async run(entries: readonly QueuedEntry[], commit: ProspectiveCommit): Promise<void> {
    const placed = await this.attempt(entries, commit).catch(async (error: unknown) => {
      await this.undo(entries, error).catch((failure: unknown) => this.fail(failure));
    });
    // Given up meanwhile: whoever begins behind the commit finds it, and here nobody asks any more.
    if (placed !== undefined && this.lifecycle.to('ready')) this.committed(entries, placed, commit);
    this.waitingRoom.look();
    this.pump();
  }

  private attempt(entries: readonly QueuedEntry[], commit: ProspectiveCommit): Promise<Placed> {
    const { partition } = this.options;
    const requests = requestsOf(entries, (topic) => this.singly.has(topic));
    const committing = (): void => void this.lifecycle.to('committing');
    return transact(this.producer, { partition, requests, commit, committing });
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
    const isWanted = this.lifecycle.to('aborting');
    await this.producer.abort();
    this.options.counts.aborted += 1;
    if (!isWanted) return;
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
    const { broker, counts, logger, names, partition } = this.options;
    const failure = sessionFailure(error, names);
    const isFenced = failure instanceof SessionFencedError;
    const isOver = !this.lifecycle.to('failed');
    // Cut off by its closing; only that somebody else has the partition is told all the same.
    if (isOver && !isFenced) return;
    counts.aborted += 1;
    if (isFenced) counts.fenced += 1;
    sayFailure(failure, { logger, names, records: this.pending });
    if (isOver) return;
    if (isMetadataRefused(error)) broker.takesMetadata = false;
    void this.producer.close();
    partition.failed(failure);
  }
}
