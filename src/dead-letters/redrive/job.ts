import { setTimeout } from 'node:timers/promises';
import { isFenced, type OutgoingRecord } from '../../kafka/index.js';
import { sizeOf } from '../../record/index.js';
import { stateOf, type Actions, type Judgement } from '../actions/index.js';
import { DeadLetterRefusedError, TakenOverError } from '../dead-letter.errors.js';
import { placeOf, type DeadLetter } from '../dead-letter.js';
import { Pace } from './pace.js';

const MOST_RECORDS = 100;
const MOST_BYTES = 512 * 1024;
const ATTEMPTS = 5;
const BETWEEN_ATTEMPTS_MS = 500;

/** Publishes records of several topics, all or none. After an error it is closed and another one opened. */
export interface Transactions {
  open(): Promise<void>;
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

export interface JobSources {
  /** One with the same transactional id each time. */
  newTransactions(): Transactions;
  /** Everything that is committed in the actions topic, once nothing is open in it. */
  readActions(): Promise<Actions>;
  letters(): AsyncIterable<readonly DeadLetter[]>;
}

export interface JobRequest {
  judge(letter: DeadLetter, facts: JobFacts): Judgement;
  /** What is published for a dead letter that is taken; the record of the action is among them. */
  recordsFor(letter: DeadLetter, target: string): readonly OutgoingRecord[];
  readonly ratePerSecond?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: JobProgress) => void;
}

export interface JobFacts {
  readonly action: ReturnType<Actions['get']>;
  readonly isRepeat: boolean;
}

export interface JobProgress {
  /** Committed by this run. */
  readonly taken: number;
  /** Left as they were, by the reason why. */
  readonly left: Readonly<Record<string, number>>;
}

export interface JobResult extends JobProgress {
  readonly isCancelled: boolean;
}

interface Taken {
  readonly letter: DeadLetter;
  readonly records: readonly OutgoingRecord[];
}

/**
 * Takes dead letters one after the other, in the order in which they stand in each partition. What is published for a
 * dead letter and the note that it was commit in one transaction, and no two jobs on one topic can commit: whatever ends
 * a job, at any point, its next run takes each of the rest once and none of the others.
 */
export class DeadLetterJob {
  private transactions: Transactions;
  private actions: Actions;
  private readonly seen = new Set<string>();
  private readonly left: Record<string, number> = {};
  private readonly pace: Pace;
  private waiting: Taken[] = [];
  private waitingBytes = 0;
  private taken = 0;

  constructor(
    private readonly sources: JobSources,
    private readonly request: JobRequest,
  ) {
    this.pace = new Pace(request.ratePerSecond);
  }

  async run(): Promise<JobResult> {
    try {
      await this.begin();
      for await (const letters of this.sources.letters()) {
        for (const letter of letters) await this.consider(letter);
        if (this.isCancelled) break;
      }
      await this.flush();
      return { taken: this.taken, left: this.left, isCancelled: this.isCancelled };
    } finally {
      await this.transactions?.close();
    }
  }

  private get isCancelled(): boolean {
    return this.request.signal?.aborted === true;
  }

  /** The order matters: what the producer before us left open is decided first, and then what is committed is read. */
  private async begin(): Promise<void> {
    this.transactions = this.sources.newTransactions();
    await this.transactions.open();
    this.actions = await this.sources.readActions();
  }

  private async consider(letter: DeadLetter): Promise<void> {
    if (this.isCancelled) return;
    const failure = `${letter.id} ${letter.redriveCount}`;
    const facts = { action: this.actions.get(letter.id), isRepeat: this.seen.has(failure) };
    const judgement = this.request.judge(letter, facts);
    if (judgement.kind === 'leave') {
      this.left[judgement.why] = (this.left[judgement.why] ?? 0) + 1;
      return;
    }
    const bytes = sizeOf(letter.record);
    if (this.waitingBytes + bytes > MOST_BYTES) await this.flush();
    this.seen.add(failure);
    const records = this.request.recordsFor(letter, judgement.target);
    this.waiting.push({ letter, records });
    this.waitingBytes += bytes;
    if (this.waiting.length >= this.pace.atOnce(MOST_RECORDS)) await this.flush();
  }

  /** Nothing is begun once it is cancelled; what was begun is brought to its end. */
  private async flush(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    this.waitingBytes = 0;
    if (batch.length === 0) return;
    await this.pace.wait(this.request.signal);
    if (this.isCancelled) return;
    await this.publish(batch);
    this.taken += batch.length;
    this.pace.took(batch.length);
    this.request.onProgress?.({ taken: this.taken, left: this.left });
  }

  private async publish(batch: readonly Taken[]): Promise<void> {
    let open = batch;
    for (let attempt = 1; open.length > 0; attempt += 1) {
      try {
        return await this.transactions.publish(open.flatMap(({ records }) => records));
      } catch (error) {
        await this.transactions.close();
        if (isTooLarge(error) && open.length > 1) return await this.publishAlone(open);
        throwIfFinal(error, open[0]!.letter, attempt);
        await setTimeout(BETWEEN_ATTEMPTS_MS);
        await this.begin();
        // The answer to a commit may have been lost: what it committed is known now, and is not published again.
        open = open.filter(({ letter }) => this.isOpen(letter));
      }
    }
  }

  /** The records of one partition go in one batch, which may be more than the topic takes although each record is not. */
  private async publishAlone(batch: readonly Taken[]): Promise<void> {
    await this.begin();
    for (const one of batch) await this.publish([one]);
  }

  private isOpen(letter: DeadLetter): boolean {
    return stateOf(letter, this.actions.get(letter.id)) === 'open';
  }
}

function throwIfFinal(error: unknown, letter: DeadLetter, attempt: number): void {
  if (isFenced(error)) {
    throw new TakenOverError(
      'another command works on this dead-letter topic since, or this one stood still for too long. ' +
        'What it did is kept; run it again for the rest',
      { cause: error },
    );
  }
  if (isTooLarge(error)) {
    throw new DeadLetterRefusedError(
      `the record of ${placeOf(letter)} is too large for its target: raise max.message.bytes of that topic`,
      { cause: error },
    );
  }
  if (attempt === ATTEMPTS) throw error;
}

function isTooLarge(error: unknown): boolean {
  return (error as { type?: unknown } | null)?.type === 'MESSAGE_TOO_LARGE';
}
