import type { BlockedHead } from '../../../observability/index.js';
import type { RecordDelivery } from '../record-delivery.js';
import { doingOf, type BlockedRecord } from './blocked-record.js';
import { isHeadInTheWay, STANDS_STILL_MS, type PartitionProgress } from './head-of-line.policy.js';

const SCAN_MS = 1_000;

/** One partition of an assignment, as the watch sees it. */
export interface WatchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly progress: PartitionProgress;
  /** Undefined when nothing is unsettled. */
  readonly headOffset: number | undefined;
  /** The delivery of the record at that offset, if it was started. */
  delivery(): RecordDelivery | undefined;
}

export interface HeadWatchOptions {
  readonly partitions: () => Iterable<WatchedPartition>;
  readonly blocked: (head: BlockedHead) => void;
  readonly unblocked: (head: BlockedHead) => void;
}

interface Head {
  readonly offset: number;
  /** performance.now when it was first seen in the way. */
  readonly since: number;
  readonly sinceDate: string;
  /** As it was told, once it has stood still for long enough. */
  told: BlockedHead | undefined;
}

/**
 * Looks at the partitions of a group once a second for heads that are in the way of all behind them, and tells each
 * once when it blocks and once when it no longer does. It decides nothing: what is done about a hung handler is its
 * deadline's matter.
 */
export class HeadWatch {
  private heads = new Map<string, Head>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: HeadWatchOptions) {}

  start(): void {
    this.timer ??= setInterval(() => this.scan(), SCAN_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** The heads that block now, among the partitions of those topics. */
  blocked(topics: readonly string[]): BlockedRecord[] {
    const now = performance.now();
    return [...this.options.partitions()].flatMap((partition): BlockedRecord[] => {
      const { topic, partition: number, headOffset } = partition;
      const head = this.heads.get(nameOf(partition));
      if (head?.told === undefined || head.offset !== headOffset || !topics.includes(topic)) {
        return [];
      }
      const seconds = Math.round((now - head.since) / 1_000);
      const { offset, sinceDate: since } = head;
      const doing = doingOf(partition.delivery());
      return [{ holds: 'partition', topic, partition: number, offset, ...doing, since, seconds }];
    });
  }

  private scan(): void {
    const before = this.heads;
    this.heads = new Map();
    for (const partition of this.options.partitions()) {
      const { headOffset, progress } = partition;
      if (headOffset === undefined || !isHeadInTheWay(progress)) continue;
      const name = nameOf(partition);
      const known = before.get(name);
      const head = known?.offset === headOffset ? known : newHead(headOffset);
      this.heads.set(name, head);
      this.tell(partition, head);
    }
    for (const [name, { told, offset }] of before) {
      if (told !== undefined && this.heads.get(name)?.offset !== offset)
        this.options.unblocked(told);
    }
  }

  private tell(partition: WatchedPartition, head: Head): void {
    if (head.told !== undefined || performance.now() - head.since < STANDS_STILL_MS) return;
    const { topic, partition: number } = partition;
    const { offset, sinceDate: since } = head;
    head.told = { topic, partition: number, offset, since, ...doingOf(partition.delivery()) };
    this.options.blocked(head.told);
  }
}

function newHead(offset: number): Head {
  return {
    offset,
    since: performance.now(),
    sinceDate: new Date().toISOString(),
    told: undefined,
  };
}

function nameOf({ topic, partition }: WatchedPartition): string {
  return `${topic}-${partition}`;
}
