import { GroupCoordinator } from './group-coordinator.js';
import { PartitionLog, type LoggedRecord } from './partition-log.js';
import { Referee } from './referee.js';
import {
  CONSUMER,
  REBALANCE_TIMEOUT_MS,
  SESSION_TIMEOUT_MS,
  SimulatedMember,
  STORE,
  type Task,
} from './simulated-member.js';
import { settled, type VirtualTime } from './virtual-time.js';
import { Wire } from './wire.js';

/** What does not change during a schedule. */
export interface Shape {
  readonly partitions: number;
  readonly members: number;
  readonly records: number;
  readonly concurrency: number;
  readonly window: number;
  readonly buffer: number;
  readonly ordering: 'key' | 'partition' | 'none';
}

const KEYS = ['a', 'b', 'c', null] as const;
const ROUNDS_TO_HEAL = 120;
const ROUND_MS = 400;

/** A broker, a group and its processes, in one thread and on one clock. */
export class World {
  readonly wire = new Wire();
  readonly logs: PartitionLog[];
  readonly coordinator: GroupCoordinator;
  readonly referee = new Referee(this);
  readonly members: SimulatedMember[] = [];
  /** What happened, beside the steps themselves, in order. */
  readonly trace: string[] = [];
  private readonly ids: LoggedRecord[] = [];
  private memberIds = 0;

  constructor(
    readonly shape: Shape,
    readonly time: VirtualTime,
  ) {
    time.reset();
    this.logs = Array.from({ length: shape.partitions }, (_, number) => new PartitionLog(number));
    this.coordinator = new GroupCoordinator({
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
      logs: this.logs,
      now: () => this.time.now,
      given: (memberId, partitions) => this.given(memberId, partitions),
      evicted: (memberId) => {
        const member = this.members.find(({ name }) => memberId.startsWith(`${name}/`));
        if (member !== undefined) this.referee.isLostAbruptly(member);
      },
    });
  }

  /** A partition that is given to nobody is its last owner's until it is given to another. */
  private given(memberId: string, partitions: readonly number[]): void {
    for (const log of this.logs) {
      if (partitions.includes(log.partition)) {
        this.referee.passes(log);
        log.owner = memberId;
        log.revokedAt = undefined;
      } else if (log.owner === memberId) log.revokedAt ??= this.time.now;
    }
  }

  /** The first processes join one after the other. */
  async begin(): Promise<void> {
    for (let count = 0; count < this.shape.records; count += 1) this.produce(count * 7);
    for (let count = 0; count < this.shape.members; count += 1) this.startMember();
    await settled();
    for (let round = 0; round < 3 && !this.areAllJoined(); round += 1) await this.pass(1_001);
  }

  get live(): SimulatedMember[] {
    return this.members.filter(({ isLive }) => isLive);
  }

  *tasks(): Iterable<Task> {
    for (const { tasks } of this.members) yield* tasks;
  }

  recordOf(id: number): LoggedRecord {
    return this.ids[id]!;
  }

  newMemberId(member: SimulatedMember): string {
    this.memberIds += 1;
    return `${member.name}/${this.memberIds}`;
  }

  startMember(): SimulatedMember {
    const member = new SimulatedMember(this, this.members.length + 1);
    this.members.push(member);
    return member;
  }

  produce(pick: number): string | undefined {
    const log = this.logs[pick % this.logs.length]!;
    if (log.wasReset) return undefined;
    const key = KEYS[Math.floor(pick / 7) % KEYS.length]!;
    if (pick % 5 === 4) {
      log.appendMarker();
      return `a marker is appended to ${log.name}`;
    }
    this.append(log, key);
    return `${this.ids.at(-1)!.name} is produced`;
  }

  append(log: PartitionLog, key: string | null): void {
    log.append(this.ids.length, key);
    this.ids.push(log.entries.at(-1)!);
  }

  /** Time goes by; before that, whatever is on its way arrives. */
  async pass(milliseconds: number): Promise<void> {
    this.wire.flush();
    await settled();
    await this.time.advance(milliseconds, () => this.wire.flush());
    this.coordinator.expire();
    this.wire.flush();
    await settled();
  }

  /** Nothing fails any more: everything must get its outcome and be committed, by itself. */
  async heal(): Promise<void> {
    for (const member of this.live) member.isCut = false;
    if (!this.members.some(({ state }) => state === 'running')) this.startMember();
    for (let round = 0; round < ROUNDS_TO_HEAL; round += 1) {
      await this.work();
      this.referee.checkCounters();
      if (this.referee.broken !== undefined || this.restless().length === 0) return;
      await this.pass(ROUND_MS);
    }
    this.referee.fail(`it does not come to rest: ${this.restless().join(', ')}`);
  }

  /** Where the log of a topic that is deleted and made again may end, so that no position of the old one lies in it. */
  endOfNewLog(log: PartitionLog): number {
    let lowest = log.committed || Number.POSITIVE_INFINITY;
    if (this.wire.has('commit')) return 0;
    // A map read before the topic was made anew, of a base that the new log has too, cannot be told from its own.
    if (log.committedMetadata !== '') return 0;
    for (const { consumer, client } of this.live) {
      lowest = Math.min(lowest, client?.positions.get(log.partition) || lowest);
      for (const partition of consumer.engine.table.claimed()) {
        if (partition.partition !== log.partition) continue;
        const { nextFetchOffset, ledger } = partition;
        if (nextFetchOffset) lowest = Math.min(lowest, nextFetchOffset, ledger.nextOffset ?? 0);
      }
    }
    return Math.min(3, lowest - 1);
  }

  private async work(): Promise<void> {
    let isBusy = true;
    while (isBusy) {
      isBusy = false;
      for (const member of this.live) if (this.workOf(member)) isBusy = true;
      await settled();
    }
  }

  /** Fetches all that it may and ends all that it does well; false when there was nothing. */
  private workOf(member: SimulatedMember): boolean {
    const { consumer, client, tasks } = member;
    consumer.wake(CONSUMER, STORE);
    const fetched = this.logs.filter(({ partition }) => client?.fetch(partition, 4));
    const ended = [...tasks];
    for (const task of ended) {
      if (task.kind === 'handler') member.end(task, 'ok');
      else member.endPublication(task, true, true);
    }
    return fetched.length + ended.length > 0;
  }

  /** What is still open, in words; nothing when all is at rest. */
  private restless(): string[] {
    const found: string[] = [];
    for (const log of this.logs) {
      for (const { name, outcomes } of log.records(log.start))
        if (outcomes === 0) found.push(`${name} has no outcome`);
      if (log.end > log.start && log.committed !== log.end)
        found.push(`${log.name} ends at ${log.end} and is committed to ${log.committed}`);
    }
    for (const { name, state, tasks, consumer } of this.members) {
      if (state === 'stopping') found.push(`${name} has not stopped`);
      if (tasks.size > 0) found.push(`${name} has ${tasks.size} tasks`);
      if (state !== 'running') continue;
      for (const partition of consumer.engine.table.claimed())
        if (partition.ledger.depth > 0) found.push(`${name} has not settled ${partition.name}`);
    }
    if (!this.areAllJoined()) found.push('not all are members');
    for (const { name, revokedAt } of this.logs)
      if (revokedAt !== undefined) found.push(`${name} is given to nobody`);
    return found;
  }

  private areAllJoined(): boolean {
    return (
      this.coordinator.isStable &&
      this.live.every(
        ({ client }) => client?.membership.current?.generation === this.coordinator.generation,
      )
    );
  }
}
