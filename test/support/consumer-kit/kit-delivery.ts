import type { TopicPlan } from '../../../src/kafka/consumer/group-plan.js';
import {
  RecordDelivery,
  type DeliverySurroundings,
} from '../../../src/kafka/consumer/record-delivery.js';
import { TrackedRecord } from '../../../src/kafka/consumer/tracked-record.js';
import {
  DeliveryAbandoned,
  type KafkaRecord,
  type OutgoingRecord,
  type Wait,
} from '../../../src/record/index.js';

/** Far more than any retry policy allows: a record that waits so often goes round in circles. */
const MOST_WAITS = 1_000;

/** The waits of one delivery. None is waited for: a backoff is over at once, a dependency that is away ends the delivery. */
export class SkippedWaits {
  readonly milliseconds: number[] = [];
  dependency: string | undefined;

  async suspend(_: TrackedRecord, until: number, wait: Wait): Promise<void> {
    if (wait.why === 'dependency') {
      this.dependency = wait.dependency;
      throw new DeliveryAbandoned(`waits for ${wait.dependency}: ${wait.detail}`);
    }
    if (this.milliseconds.length === MOST_WAITS) {
      throw new Error(`a record has waited ${MOST_WAITS} times: what it waits for never comes`);
    }
    this.milliseconds.push(Math.max(0, Math.round(until - Date.now())));
    // Whoever it waits for gets a turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The transport's own delivery of a record, in a partition that is never taken away. */
export function kitDelivery(
  record: KafkaRecord,
  { handler, deadline, own, transactions }: TopicPlan,
  { waits, epoch }: { readonly waits: SkippedWaits; readonly epoch: number },
): RecordDelivery {
  const partition = {
    ...{ epoch, isOwned: true, isDraining: false, running: 0 },
    ...{ level: own?.level ?? 0, unit: { name: 'kit', keys: undefined } },
    isTransactional: transactions !== undefined,
  };
  const tracked = new TrackedRecord(record, partition, 0, null);
  tracked.history = own?.historyOf(record);
  tracked.takeSlot();
  const surroundings: DeliverySurroundings = {
    suspensions: waits as never,
    now: () => performance.now(),
    // A batch of its own.
    gather: async (_delivery, member) => {
      await member.run([member], () => true);
      return member.ended;
    },
    began: () => undefined,
    slotFreed: () => undefined,
    expired: () => undefined,
    overdue: () => undefined,
    cameLate: () => undefined,
  };
  return new RecordDelivery(tracked, handler, deadline, surroundings);
}

/** What the record's transaction would have published with its offset, each as it is where its topic takes it. */
export function transactedBy({ published }: RecordDelivery): OutgoingRecord[] {
  return published.map(({ forms }) => forms[0]!());
}
