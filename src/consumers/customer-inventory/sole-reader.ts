import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ConsumerGroups, LagMonitor } from '../../kafka/index.js';
import { partitionName } from '../../record/index.js';
import { customerInventoryConsumer } from './customer-inventory.config.js';
import { Tenure } from './flushing/index.js';

const CONSUMER = customerInventoryConsumer.name;
const LOOK_EVERY_MS = 1_000;

/**
 * Whether this process reads all partitions of its topics, and has since the last rebalance. Partitions that nobody has
 * read of yet count as somebody else's.
 */
@Injectable()
export class SoleReader extends Tenure implements OnApplicationBootstrap, OnApplicationShutdown {
  private rebalances = 0;
  /** Epoch ms, when that number was first seen. */
  private since = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly groups: ConsumerGroups,
    private readonly lag: LagMonitor,
  ) {
    super();
  }

  onApplicationBootstrap(): void {
    // So that a tenure is known to have begun before the first message has waited its time.
    this.timer = setInterval(() => this.current(), LOOK_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  current(): number | undefined {
    const status = this.groups.statuses().find(({ consumer }) => consumer === CONSUMER);
    if (status?.state !== 'running' || status.drainingPartitions.length > 0) return undefined;
    if (status.rebalances !== this.rebalances) {
      this.rebalances = status.rebalances;
      this.since = Date.now();
    }
    const report = this.lag.of(CONSUMER);
    if (report === undefined || report.readAt <= this.since) return undefined;
    const own = new Set(
      Object.entries(status.assignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => partitionName({ topic, partition })),
      ),
    );
    const isSole = Object.keys(report.partitions).every((name) => own.has(name));
    return isSole ? this.rebalances : undefined;
  }
}
