import type { AssignedPartition } from './assigned-partition.js';
import { shouldBePaused } from './back-pressure/index.js';
import type { GroupPlan, GroupShare } from './group-plan.js';
import { METADATA_LIMIT } from './offsets/index.js';

/** How fetching is steered. */
export interface FetchControl {
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  seek(topic: string, partition: number, offset: number): void;
}

/** Steers fetching, one partition at a time. A pause is derived from the partition's pressure and never remembered. */
export class Fetching {
  private control: FetchControl | undefined;
  private delayedPartitions = 1;

  constructor(
    private readonly plan: GroupPlan,
    private readonly share: GroupShare,
  ) {}

  attach(control: FetchControl): void {
    this.control = control;
  }

  /** So many partitions of retry topics share what their waiting records may take. */
  shareAmong(delayedPartitions: number): void {
    this.delayedPartitions = Math.max(1, delayedPartitions);
  }

  seek(topic: string, partition: number, offset: number): void {
    this.control?.seek(topic, partition, offset);
  }

  /** Pauses or resumes when the pressure has changed; `always` says it again to a fetch loop that may not know. */
  applyPressure(partition: AssignedPartition, always = false): void {
    const { topic, partition: number, ledger, bufferedBytes, aheadBytes, isPaused } = partition;
    const { depth, unsettled: bufferedRecords } = ledger;
    const delayedRecords = partition.level > 0 ? partition.waiting : 0;
    const pressed = shouldBePaused(
      { isPaused, depth, bufferedRecords, bufferedBytes, aheadBytes, delayedRecords },
      {
        window: this.plan.topics.get(topic)!.partitionWindow,
        groupRecords: this.share.bufferedRecords,
        groupBytes: this.share.bufferedBytes,
        aheadBytes: METADATA_LIMIT,
        delayedPartitions: this.delayedPartitions,
      },
    );
    const paused = pressed || !partition.isPrepared;
    if (this.control === undefined || (paused === isPaused && !always)) return;
    partition.isPaused = paused;
    if (paused) this.control.pause(topic, number);
    else this.control.resume(topic, number);
  }
}
