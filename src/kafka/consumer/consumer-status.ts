import type { GroupConsumer } from './group-consumer.js';
import type { GroupState } from './group-lifecycle.js';
import type { BlockedRecord } from './heads/index.js';
import type { BrakeStatus } from '../ports/index.js';
import { sumOf, type RecordCounts } from './record-counts.js';
import { retryTopicsOf, type RetryTopicStatus } from './retry-topic-status.js';
import { sessionWaitsOf } from './session-status.js';
import type { WaitStatus } from './wait-status.js';

/** Heartbeats older than this, while joined, mean that the group's coordinator does not answer. */
const DISCONNECTED_AFTER_MS = 5_000;
const NAMED_WAITS = 10;
const NAMED_BLOCKED = 10;

/** A record that has been under way for long, named by its place. */
export interface RecordInFlight {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly attempt: number;
  readonly seconds: number;
}

/** How one consumer is: what health, readiness and liveness are judged by. */
export interface ConsumerStatus {
  readonly consumer: string;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly state: GroupState;
  /** What it waits for in state `waiting`. */
  readonly reason: string | undefined;
  readonly isAlive: boolean;
  readonly isDisconnected: boolean;
  /** How the group gives out partitions; in words what is lost where not all members can do it our way. */
  readonly assignor: string;
  /** Joins that gave an assignment, since the start of the process. */
  readonly rebalances: number;
  readonly assignment: Readonly<Record<string, readonly number[]>>;
  /** Taken from this process, but not given up before their handlers have ended. */
  readonly drainingPartitions: readonly string[];
  readonly pausedPartitions: readonly string[];
  readonly records: Readonly<
    RecordCounts & { inFlight: number; buffered: number; waiting: number }
  >;
  readonly oldestInFlight: RecordInFlight | undefined;
  readonly waitingFor: readonly WaitStatus[];
  /** Records that keep others from going on, at most ten. */
  readonly blocked: readonly BlockedRecord[];
  /** Partitions that stand still, or nearly, behind their oldest unsettled record. */
  readonly blockedPartitions: number;
  /** Absent while closed. */
  readonly breaker: BrakeStatus | undefined;
  readonly lastCommitError: string | undefined;
  /** Its retry topics, from the first level on. */
  readonly retryTopics: readonly RetryTopicStatus[];
  /** Partitions whose records wait until it is known which keys stand in retry topics. */
  readonly heldBackPartitions: readonly string[];
}

/** The status of each consumer of a group. */
export function statusOf(group: GroupConsumer): ConsumerStatus[] {
  const { engine, lifecycle, plan } = group;
  const { state, reason } = lifecycle;
  const isJoined = state === 'running' || state === 'rebalancing';
  return [...engine.workers].map(([consumer, worker]) => {
    const topics = group.subscription.topics.filter(
      (topic) => plan.topics.get(topic)!.handler.consumer === consumer,
    );
    const counts = topics.map((topic) => engine.counts.get(topic)!);
    const partitions = [...engine.table.values()].filter(({ topic }) => topics.includes(topic));
    const draining = engine.table.draining().filter(({ topic }) => topics.includes(topic));
    const unsettled = unsettledIn([...partitions, ...draining]);
    const waits = worker.suspensions.waiting();
    const inFlight = worker.window.running;
    const heads = group.heads.blocked(topics);
    const buffered = Math.max(0, unsettled - inFlight - waits.length);
    return {
      consumer,
      groupId: plan.groupId,
      topics,
      state,
      reason,
      isAlive: group.isAlive,
      isDisconnected: isJoined && engine.lease.ageMs > DISCONNECTED_AFTER_MS,
      assignor: group.rebalance.assignor,
      rebalances: group.rebalance.count,
      ...partitionsOf(partitions, draining),
      records: { ...sumOf(counts), inFlight, buffered, waiting: waits.length },
      oldestInFlight: oldestOf(worker),
      waitingFor: [...waitsOf(waits), ...sessionWaitsOf([...partitions, ...draining])],
      blocked: [...heads, ...worker.overdue()].slice(0, NAMED_BLOCKED),
      blockedPartitions: heads.length,
      breaker: worker.brake,
      lastCommitError: group.committer.lastError,
      retryTopics: retryTopicsOf(plan, topics, partitions),
    };
  });
}

type Partition = ReturnType<GroupConsumer['engine']['table']['claimed']>[number];

function partitionsOf(partitions: readonly Partition[], draining: readonly Partition[]) {
  const namesOf = (some: readonly Partition[]): string[] => some.map(({ name }) => name);
  return {
    assignment: assignmentOf(partitions),
    drainingPartitions: namesOf(draining),
    // A retry topic is read a little ahead of its time: that it stands still says nothing.
    pausedPartitions: namesOf(partitions.filter(({ isPaused, level }) => isPaused && level === 0)),
    heldBackPartitions: namesOf(partitions.filter(({ isHeldBack }) => isHeldBack)),
  };
}

function unsettledIn(partitions: readonly { ledger: { unsettled: number } }[]): number {
  return partitions.reduce((sum, { ledger }) => sum + ledger.unsettled, 0);
}

function assignmentOf(
  partitions: readonly { topic: string; partition: number }[],
): Record<string, number[]> {
  const assignment: Record<string, number[]> = {};
  for (const { topic, partition } of partitions) (assignment[topic] ??= []).push(partition);
  for (const numbers of Object.values(assignment)) numbers.sort((left, right) => left - right);
  return assignment;
}

type Worker = GroupConsumer['engine']['workers'] extends Map<string, infer Value> ? Value : never;

function oldestOf({ oldest }: Worker): RecordInFlight | undefined {
  if (oldest === undefined) return undefined;
  const { topic, partition, offset } = oldest.record;
  const seconds = Math.round((performance.now() - oldest.tracked.startedAt) / 100) / 10;
  return { topic, partition, offset, attempt: oldest.attempt, seconds };
}

function waitsOf(waits: ReturnType<Worker['suspensions']['waiting']>): WaitStatus[] {
  const found = new Map<
    string,
    { detail: string; records: number; first: (typeof waits)[number] }
  >();
  for (const wait of waits) {
    if (wait.wait.why !== 'dependency') continue;
    const { dependency, detail } = wait.wait;
    const known = found.get(dependency);
    if (known === undefined) found.set(dependency, { detail, records: 1, first: wait });
    else {
      known.records += 1;
      if (wait.offset < known.first.offset) known.first = wait;
    }
  }
  return [...found].slice(0, NAMED_WAITS).map(([dependency, { detail, records, first }]) => ({
    dependency,
    detail,
    records,
    first: `${first.topic}-${first.partition}@${first.offset}`,
  }));
}
