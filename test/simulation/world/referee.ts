import type { OffsetToCommit } from '../../../src/kafka/client/index.js';
import { TOPIC, type LoggedRecord, type PartitionLog } from './partition-log.js';
import {
  REBALANCE_TIMEOUT_MS,
  SESSION_TIMEOUT_MS,
  type SimulatedMember,
  type Task,
} from './simulated-member.js';
import type { World } from './world.js';

/** A partition that is to go elsewhere is drained this long at most; what is still open then may come twice. */
const LONGEST_DRAIN_MS = REBALANCE_TIMEOUT_MS / 2;

/** Every way in which a received record leaves the buffer. */
const ENDS = ['done', 'duplicate', 'skipped', 'retried', 'deadLettered', 'abandoned'] as const;

/** A rule that the engine broke, with the step at which it did. */
export class Violation extends Error {}

/**
 * Holds the engine to its guarantees. It knows the log, the broker and what handlers did, and asks the engine for nothing
 * but its counters.
 */
export class Referee {
  broken: Violation | undefined;
  /** Partitions whose owner was lost without a chance to finish and commit, since they were last given out. */
  private readonly abruptlyLost = new Set<PartitionLog>();

  /** Off where a planted bug is to be found by what it does, not by its bookkeeping. */
  readsCounters = true;

  constructor(private readonly world: World) {}

  starts(task: Task): void {
    const { member, record } = task;
    const { log } = record;
    const words = `${member.name} starts ${record.name}`;
    this.note(words);
    if (!this.owns(member, log)) this.fail(`${words}, whose partition it does not own`);
    if (this.world.time.now > member.lastSign + SESSION_TIMEOUT_MS)
      this.fail(`${words} although its lease is over`);
    for (const other of this.world.tasks()) {
      if (other === task || other.record.log !== log) continue;
      const areOrdered = this.areOrdered(other.record, record);
      // Of a process that could not know, another may be handling the same; a process never does twice by itself.
      if (other.isExcused && !(areOrdered && other.member === member)) continue;
      if (areOrdered || other.record === record)
        this.fail(`${words} while ${other.member.name} has ${other.record.name}`);
    }
    if (log.entries[record.record.offset] !== record) return;
    for (const earlier of log.records(log.start)) {
      if (earlier.record.offset >= record.record.offset) break;
      if (earlier.outcomes === 0 && this.areOrdered(earlier, record))
        this.fail(`${words} before ${earlier.name}, which has no outcome`);
    }
  }

  /** An effect, or a dead letter that the broker has. */
  happened({ record, member, kind }: Task): void {
    record.outcomes += 1;
    this.note(
      `${member.name}: ${record.name} has its ${kind === 'handler' ? 'effect' : 'dead letter'}`,
    );
    if (record.outcomes > 1 + record.repeatsAllowed)
      this.fail(`${member.name} repeats ${record.name} (${kind}), and nothing excuses it`);
  }

  committed(member: SimulatedMember, memberId: string, offsets: readonly OffsetToCommit[]): void {
    for (const { partition, nextOffset } of offsets) {
      const log = this.world.logs[partition]!;
      const words = `${member.name} commits ${log.name}@${nextOffset}`;
      this.note(words);
      if (log.owner !== memberId) this.fail(`${words}, which it does not own`);
      if (nextOffset > log.end) {
        if (!log.wasReset) this.fail(`${words} behind the end ${log.end}`);
        continue;
      }
      for (const record of log.records(log.start)) {
        if (record.record.offset >= nextOffset) break;
        if (record.outcomes === 0) this.fail(`${words} over ${record.name}, which has no outcome`);
      }
      for (const record of log.records(nextOffset)) {
        if (record.outcomes === 0 && log.isTold(record))
          this.fail(`${words} and tells that ${record.name} is settled, which has no outcome`);
      }
    }
  }

  /** The process, or its connection, ended without a chance to commit. */
  isLostAbruptly(member: SimulatedMember): void {
    for (const log of this.world.logs) if (this.owns(member, log)) this.abruptlyLost.add(log);
  }

  /** A partition that was to be given up is given out. One that was drained for too long was given up as it was. */
  passes(log: PartitionLog): void {
    const { revokedAt } = log;
    if (revokedAt === undefined) return;
    if (this.world.time.now - revokedAt >= LONGEST_DRAIN_MS) this.abruptlyLost.add(log);
  }

  joins(member: SimulatedMember): void {
    this.note(`${member.name} joins`);
  }

  leaves(member: SimulatedMember): void {
    const { stopDeadline } = member;
    if (stopDeadline === undefined || this.world.time.now >= stopDeadline)
      this.isLostAbruptly(member);
  }

  assigned(member: SimulatedMember): void {
    const { assignment, membership } = member.client!;
    const generation = membership.current?.generation;
    this.note(`${member.name} has [${assignment.get(TOPIC)?.join() ?? ''}] in ${generation}`);
  }

  /** A lost owner may still have what the log has no longer: it does not come again, and neither do others wait for it. */
  private excuseGone(log: PartitionLog): void {
    for (const task of this.world.tasks()) {
      if (task.record.log === log && task.record.isGone) task.member.excuse(task);
    }
  }

  /** Whatever lies behind the position at which reading begins comes (again): each repeat must have its cause. */
  opens(member: SimulatedMember, log: PartitionLog, position: number): void {
    // An answer may be read so late that it gives nothing any more; the lease keeps such a process from starting.
    if (!this.world.coordinator.isCurrent(member.client!.membership.current!)) return;
    const isExcused = this.abruptlyLost.delete(log);
    if (isExcused) this.excuseGone(log);
    // A record that retention took while it was under way held the watermark all the same.
    let isBehindGap = log.entries.some(
      (record) => record?.isGone && record.outcomes <= record.repeatsAllowed,
    );
    for (const record of log.records(position)) {
      // Passed over by who begins at that commit.
      if (position === log.committed && log.isTold(record)) continue;
      const all = [...this.world.tasks()].filter((task) => task.record === record);
      const tasks = all.filter((task) => !task.isExcused);
      const times = record.outcomes + all.length;
      // A dead letter whose acknowledgement was lost counts for the log and not for the process.
      if (isExcused) for (const task of tasks) task.member.excuse(task);
      if (times <= record.repeatsAllowed) {
        isBehindGap = true;
        continue;
      }
      const words = `${member.name} gets ${record.name} again`;
      if (!isExcused && tasks.length > 0)
        this.fail(`${words} while ${tasks[0]!.member.name} has it`);
      // Whoever goes on behind that commit may know it too, unless the log begins there by now.
      const mayBeKnown = log.isTold(record);
      if (!isExcused && !mayBeKnown && (!isBehindGap || position === log.committed))
        this.fail(`${words}: it was not committed`);
      record.repeatsAllowed = times;
      for (const task of tasks) task.member.excuse(task);
    }
  }

  /** What must hold between any two steps. */
  checkCounters(): void {
    if (!this.readsCounters) return;
    for (const member of this.world.members) {
      if (!member.isLive) continue;
      const { table, budget, counts } = member.consumer.engine;
      let unsettled = 0;
      let bytes = 0;
      for (const partition of table.claimed()) {
        unsettled += partition.ledger.unsettled;
        bytes += partition.bufferedBytes;
      }
      const counted = [...counts.values()][0]!;
      const sum = ENDS.reduce((total, end) => total + counted[end], unsettled);
      this.same(`${member.name}: records received and accounted for`, counted.received, sum);
      this.same(`${member.name}: records in the buffer`, budget.records, unsettled);
      this.same(`${member.name}: bytes in the buffer`, budget.bytes, bytes);
      const { running } = member.worker.window;
      this.same(`${member.name}: slots and what is under way`, running, member.tasks.size);
      if (running > this.world.shape.concurrency) this.fail(`${member.name}: too many run at once`);
    }
  }

  checkEnd(): void {
    for (const log of this.world.logs) {
      for (const record of log.records(log.start))
        if (record.outcomes === 0) this.fail(`${record.name} was lost: it has no outcome`);
      if (log.end > log.start) this.same(`${log.name}: committed and end`, log.committed, log.end);
    }
    for (const member of this.world.members) {
      if (!member.isLive) continue;
      this.same(`${member.name}: waiting at the end`, member.worker.suspensions.size, 0);
      for (const { name, unit, ledger, running } of member.consumer.engine.table.values()) {
        this.same(`${member.name}: lanes of ${name} at the end`, unit.lanes.size, 0);
        this.same(`${member.name}: depth of ${name} at the end`, ledger.depth, 0);
        this.same(`${member.name}: running of ${name} at the end`, running, 0);
      }
    }
  }

  /** Noted, not thrown: it must not be caught by what is being tested. */
  fail(message: string): void {
    if (this.broken !== undefined) return;
    this.broken = new Violation(message);
    this.note(`BROKEN: ${message}`);
  }

  /** Goes into the trace, with the time. */
  private note(words: string): void {
    this.world.trace.push(`    ${this.world.time.now} ms: ${words}`);
  }

  private same(what: string, actual: number | undefined, expected: number): void {
    if (actual !== expected) this.fail(`${what} differ: ${actual} and ${expected}`);
  }

  private owns({ name }: SimulatedMember, { owner }: PartitionLog): boolean {
    return owner?.startsWith(`${name}/`) ?? false;
  }

  private areOrdered(left: LoggedRecord, right: LoggedRecord): boolean {
    const { ordering } = this.world.shape;
    if (ordering === 'partition') return true;
    return ordering === 'key' && left.key !== null && left.key === right.key;
  }
}
