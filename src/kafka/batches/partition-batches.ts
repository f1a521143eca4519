import type { BatchMember, Company } from './batch-member.js';
import { Gathered, type BatchSize, type GatheredEntry } from './gathered.js';

export interface BatchLimits extends BatchSize {
  /** A record waits at most this long for others, counted until it asks for a slot. */
  readonly maxWaitMs: number;
}

interface Entry extends GatheredEntry {
  readonly member: BatchMember;
}

export interface PartitionBatchesOptions {
  readonly limits: BatchLimits;
  /** False when the partition starts nothing more: what is gathered is let go then. */
  readonly isOpen: () => boolean;
  /** Whether records on their first way are held back for the failures of others. */
  readonly isBraked: () => boolean;
  /** Whether records of the partition may still come before anything of it settles. */
  readonly mayMoreCome: () => boolean;
  /** Has `take` called with a slot in hand. False from it gives the slot back. */
  readonly askSlot: (taker: { take(): boolean }) => void;
  readonly releaseSlot: () => void;
  /** Runs a batch to the end of each member. Never rejects. */
  readonly run: (members: readonly BatchMember[]) => Promise<void>;
}

/**
 * Gathers the records of one partition into batches and runs them one after the other, each in one slot. Of records on
 * their first way a batch has the lowest offsets that there are; those that failed as one make a batch of their own.
 */
export class PartitionBatches {
  private readonly fresh = new Gathered<Entry>();
  private readonly companies = new Map<Company, Gathered<Entry>>();
  /** Offsets of records that have started and are not here yet. */
  private readonly onTheirWay = new Map<object, number>();
  private timer: NodeJS.Timeout | undefined;
  private state: 'gathering' | 'asking' | 'running' = 'gathering';
  private underRun = 0;

  constructor(private readonly options: PartitionBatchesOptions) {}

  /** Nothing is here, and nothing comes. */
  get isIdle(): boolean {
    return this.state === 'gathering' && this.onTheirWay.size === 0 && this.isEmpty;
  }

  /** Records that have started and wait for others, or run. */
  get active(): number {
    let gathered = this.fresh.size;
    for (const company of this.companies.values()) gathered += company.size;
    return this.onTheirWay.size + gathered + this.underRun;
  }

  /** A record has started and may come: those behind it wait for it. */
  expect(record: object, offset: number): void {
    this.onTheirWay.set(record, offset);
  }

  /** It has come or will not come now. */
  expectNoMore(record: object): void {
    if (this.onTheirWay.delete(record)) this.review();
  }

  add(member: BatchMember, record: object): void {
    this.onTheirWay.delete(record);
    const { company, delivery } = member;
    const { key, value, offset } = delivery.record;
    const bytes = (key?.length ?? 0) + (value?.length ?? 0);
    const entry = { member, offset, bytes, gatheredAt: performance.now() };
    if (company === undefined) this.fresh.add(entry);
    else {
      const gathered = this.companies.get(company) ?? new Gathered<Entry>();
      this.companies.set(company, gathered);
      gathered.add(entry);
    }
    this.review();
  }

  /** Asks for a slot when there is a batch to run. */
  review(): void {
    if (this.state !== 'gathering' || this.isEmpty) return;
    // One moment for both: what becomes due between two looks would be looked at by neither.
    const now = performance.now();
    if (!this.hasDue(now)) return this.waitForTime(now);
    this.state = 'asking';
    this.options.askSlot(this);
  }

  /** Called with a slot in hand. */
  take(): boolean {
    this.state = 'gathering';
    if (!this.options.isOpen()) this.letGo();
    if (this.options.isBraked()) letGo(this.fresh);
    const members = this.takeDue();
    if (members.length === 0) {
      this.review();
      return false;
    }
    this.state = 'running';
    this.underRun = members.length;
    for (const { delivery } of members) delivery.join();
    void this.options.run(members).finally(() => this.ended());
    return true;
  }

  /** Lets everything go that has not started. */
  letGo(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const gathered of [this.fresh, ...this.companies.values()]) letGo(gathered);
    this.companies.clear();
  }

  private get isEmpty(): boolean {
    return this.fresh.size === 0 && this.companies.size === 0;
  }

  private ended(): void {
    this.state = 'gathering';
    this.underRun = 0;
    this.options.releaseSlot();
    this.review();
  }

  private hasDue(now: number): boolean {
    return this.dueCompany(now) !== undefined || this.isFreshDue(now);
  }

  private takeDue(): BatchMember[] {
    const now = performance.now();
    const company = this.dueCompany(now);
    if (company !== undefined) return this.takeCompany(company);
    if (!this.isFreshDue(now)) return [];
    return membersOf(this.fresh.take(this.options.limits, this.lowestOnItsWay()));
  }

  private takeCompany(company: Company): BatchMember[] {
    const gathered = this.companies.get(company)!;
    const entries = gathered.take(this.options.limits);
    company.awaited -= entries.length;
    if (gathered.size === 0) this.companies.delete(company);
    return membersOf(entries);
  }

  private dueCompany(now: number): Company | undefined {
    for (const [company, gathered] of this.companies) {
      if (gathered.size >= company.awaited || this.hasWaited(gathered, now)) return company;
    }
    return undefined;
  }

  private isFreshDue(now: number): boolean {
    const below = this.lowestOnItsWay();
    if (this.fresh.size === 0) return false;
    if (this.fresh.isFull(this.options.limits, below)) return true;
    const isTime = this.hasWaited(this.fresh, now) || !this.options.mayMoreCome();
    return isTime && this.fresh.lowestOffset! < below;
  }

  private hasWaited(gathered: Gathered<Entry>, now: number): boolean {
    return now - gathered.since! >= this.options.limits.maxWaitMs;
  }

  private lowestOnItsWay(): number {
    let lowest = Infinity;
    for (const offset of this.onTheirWay.values()) lowest = Math.min(lowest, offset);
    return lowest;
  }

  /** What waits for a record on its way is looked at again when that has come. */
  private waitForTime(now: number): void {
    if (this.timer !== undefined) return;
    const waiting = [this.fresh, ...this.companies.values()].filter(
      (gathered) => gathered.size > 0 && !this.hasWaited(gathered, now),
    );
    if (waiting.length === 0) return;
    const since = Math.min(...waiting.map((gathered) => gathered.since!));
    const waitMs = Math.ceil(since + this.options.limits.maxWaitMs - now);
    this.timer = setTimeout(() => this.timePassed(), Math.max(1, waitMs));
  }

  private timePassed(): void {
    this.timer = undefined;
    this.review();
  }
}

function letGo(gathered: Gathered<Entry>): void {
  for (const { member } of gathered.takeAll()) member.letGo();
}

function membersOf(entries: readonly Entry[]): BatchMember[] {
  return entries.map(({ member }) => member);
}
