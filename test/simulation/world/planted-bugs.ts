import { SteadyPublisher } from '../../../src/failures/steady-publisher.js';
import type { FetchedBatch } from '../../../src/kafka/client/index.js';
import { AssignedPartition } from '../../../src/kafka/consumer/assigned-partition.js';
import { Lease, PartitionTable } from '../../../src/kafka/consumer/assignment/index.js';
import { BufferBudget } from '../../../src/kafka/consumer/back-pressure/index.js';
import { Revocations, type Revoker } from '../../../src/kafka/consumer/assignment/revocations.js';
import { ConsumerWorker } from '../../../src/kafka/consumer/consumer-worker.js';
import { GroupEngine } from '../../../src/kafka/consumer/group-engine.js';
import { LogPositions } from '../../../src/kafka/consumer/log-positions.js';
import { Rebalance } from '../../../src/kafka/consumer/rebalance.js';
import { Settlements } from '../../../src/kafka/consumer/settlements.js';
import { OffsetCommitter } from '../../../src/kafka/consumer/offset-committer.js';
import { PartitionLedger } from '../../../src/kafka/consumer/offsets/index.js';
import { KeyLanes } from '../../../src/kafka/consumer/ordering/index.js';
import { Suspensions } from '../../../src/kafka/consumer/scheduling/index.js';
import type { TrackedRecord } from '../../../src/kafka/consumer/tracked-record.js';

/** A class seen from inside, as far as a planted bug touches it. */
type Inside = Record<string, (...parameters: never[]) => unknown>;

const undoing: (() => void)[] = [];

function replace(prototype: object, name: string, descriptor: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(prototype, name);
  if (before === undefined) throw new Error(`there is no ${name} to break`);
  Object.defineProperty(prototype, name, { configurable: true, ...descriptor });
  undoing.push(() => Object.defineProperty(prototype, name, before));
}

/** Replaces a method by one that gets the original. */
function wrap(
  { prototype }: { prototype: object },
  name: string,
  broken: (
    self: never,
    original: (...parameters: unknown[]) => unknown,
    ...parameters: never[]
  ) => unknown,
): void {
  const original = (prototype as Inside)[name] as (...parameters: unknown[]) => unknown;
  replace(prototype, name, {
    writable: true,
    value: function (this: never, ...parameters: never[]) {
      return broken(this, original.bind(this), ...parameters);
    },
  });
}

const ledgerOf = ({ partition }: TrackedRecord): PartitionLedger =>
  (partition as AssignedPartition).ledger;

/** Each breaks the real engine in one place, the way that others did. */
export const PLANTED_BUGS: Readonly<Record<string, () => void>> = {
  'commits the highest offset instead of the lowest unsettled': () =>
    replace(PartitionLedger.prototype, 'nextOffset', {
      get(this: { end: number | undefined }) {
        return this.end;
      },
    }),
  'commits before the effect': () =>
    wrap(ConsumerWorker, 'start', (_self, original, tracked: TrackedRecord) => {
      ledgerOf(tracked).settle(tracked.sequence);
      return original(tracked);
    }),
  'starts records of a partition that was revoked': () =>
    wrap(GroupEngine, 'drop', (_self, original, partition: AssignedPartition) => {
      original(partition);
      partition.isOwned = true;
    }),
  'forgets to commit what it dead-lettered': () =>
    wrap(Settlements, 'settle', (_self, original, delivery, outcome: { kind: string }) =>
      outcome.kind === 'dead-lettered' ? undefined : original(delivery, outcome),
    ),
  'does not wait for the acknowledgement of a dead letter': () =>
    wrap(SteadyPublisher, 'publish', (_self, original, ...parameters) => {
      (original(...parameters) as Promise<void>).catch(() => undefined);
      return Promise.resolve();
    }),
  'lets a key go on while its record waits for a retry': () =>
    wrap(
      Suspensions,
      'suspend',
      (self: { window: { enqueue(entry: TrackedRecord): void } }, original, ...parameters) => {
        const [tracked] = parameters as unknown as [TrackedRecord];
        const next = (tracked.partition as AssignedPartition).unit.lanes.release(tracked);
        if (next !== undefined) self.window.enqueue(next);
        return original(...parameters);
      },
    ),
  'does not wake a key whose queue ran empty': () =>
    wrap(KeyLanes, 'release', (_self, _original, entry: { nextInLane: unknown }) => {
      const next = entry.nextInLane;
      entry.nextInLane = undefined;
      return next;
    }),
  'counts transaction markers as pending': () =>
    wrap(GroupEngine, 'advance', (self: GroupEngine, original, ...parameters) => {
      const [topic, partition, nextOffset] = parameters as unknown as [string, number, number];
      const { ledger } = self.table.get(topic, partition) ?? {};
      if (nextOffset > (ledger?.nextOffset ?? 0)) ledger?.track(nextOffset - 1);
      return original(...parameters);
    }),
  'settles at a stop what waits for a retry': () =>
    wrap(
      Suspensions,
      'abandon',
      (self: { all: Set<{ tracked: TrackedRecord }> }, original, ...parameters) => {
        for (const { tracked } of self.all) ledgerOf(tracked).settle(tracked.sequence);
        return original(...parameters);
      },
    ),
  'leaves the timers of retries running when a partition is lost': () =>
    wrap(Suspensions, 'abandon', () => undefined),
  'takes a result of an earlier assignment for the present one': () =>
    wrap(ConsumerWorker, 'abort', (_self, original, partition) => {
      original(partition);
      Object.defineProperty(partition, 'isOwned', { value: true });
    }),
  'drops what it takes for seen when the log starts anew': () => {
    wrap(LogPositions, 'reopen', (_self, _original, partition) => partition);
    wrap(AssignedPartition, 'take', (self: AssignedPartition, original, ...parameters) => {
      const [batch] = parameters as unknown as [FetchedBatch];
      const seen = self.ledger.nextOffset ?? 0;
      return original({ ...batch, records: batch.records.filter(({ offset }) => offset >= seen) });
    });
  },
  'takes a refused commit for a success': () =>
    wrap(OffsetCommitter, 'sendRequest', async (_self, original, request) => {
      await original(request);
      for (const { partition, state } of request as unknown as {
        partition: AssignedPartition;
        state: AssignedPartition['committed'];
      }[])
        partition.committed = state;
      return true;
    }),
  'keeps a ledger over a generation that it missed': () =>
    wrap(PartitionTable, 'assign', (self: { membership?: object }, original, ...parameters) => {
      const [membership] = parameters as unknown as [{ generation: number; memberId: string }];
      if (self.membership !== undefined) {
        const { memberId, generation } = membership;
        self.membership = { memberId, generation: generation - 1 };
      }
      return original(...parameters);
    }),
  'starts records without a lease': () => replace(Lease.prototype, 'isValid', { get: () => true }),
  'counts the lease from an answer that it read late': () =>
    wrap(Lease, 'renew', (self: { now(): number }, original) => original(self.now())),
  'leaves without waiting for what runs': () =>
    wrap(Rebalance, 'finishUnderWay', () => Promise.resolve(true)),
  'gives a partition away while its records run': () =>
    wrap(Revocations, 'giveUp', (self: { revoker: Revoker }, _original, partition) =>
      self.revoker.release(partition),
    ),
  'tells records as settled ahead that are not': () =>
    wrap(PartitionLedger, 'settledAhead', (self: PartitionLedger, original) =>
      self.depth === self.unsettled
        ? original()
        : [self.oldestUnsettledOffset! + 1, self.oldestUnsettledOffset! + self.depth],
    ),
  'forgets to free the buffer': () => wrap(BufferBudget, 'remove', () => undefined),
};

export function plant(bug: string): void {
  PLANTED_BUGS[bug]!();
}

export function removeBugs(): void {
  for (const undo of undoing.splice(0)) undo();
}
