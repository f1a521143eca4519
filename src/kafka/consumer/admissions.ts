import type { AssignedPartition } from './assigned-partition.js';
import type { TrackedRecord } from './tracked-record.js';

/** setTimeout fires at once beyond 2^31 - 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Lets records go that wait for their time: one timer for each partition, for the first of its records. */
export class Admissions {
  private readonly timers = new Map<AssignedPartition, NodeJS.Timeout>();

  /** `admitted` is told what may run. */
  constructor(
    private readonly admitted: (
      partition: AssignedPartition,
      ready: readonly TrackedRecord[],
    ) => void,
  ) {}

  /** What waits in the partition, or what it waits for, has changed. */
  renew(partition: AssignedPartition): void {
    this.forget(partition);
    if (!partition.isOwned || partition.waiting === 0) return;
    this.admitted(partition, partition.admit());
    const waitMs = partition.nextAdmissionMs;
    if (waitMs === undefined) return;
    const delay = Math.min(Math.max(1, Math.ceil(waitMs)), LONGEST_TIMER_MS);
    this.timers.set(
      partition,
      setTimeout(() => this.renew(partition), delay),
    );
  }

  forget(partition: AssignedPartition): void {
    const timer = this.timers.get(partition);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.timers.delete(partition);
  }
}
