import { join } from 'node:path';
import { KafkaBroker, KafkaCluster } from '../../../stack/kafka/index.mjs';

/** A compacted or expired commit would be missing from the history, so nothing of the offsets topic goes away. */
const SETTINGS = { 'offsets.topic.num.partitions': '5', 'offsets.retention.minutes': '10080' };

/** Brokers of the run's own, kept from one scenario to the next of the same size. */
export class Brokers {
  private current:
    { size: number; brokers: readonly KafkaBroker[]; stop(): Promise<void> } | undefined;
  private clusters = 0;

  constructor(
    private readonly folder: string,
    private readonly tell: (line: string) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** Running brokers of that number. */
  async ofSize(size: 1 | 3): Promise<readonly KafkaBroker[]> {
    if (this.current?.size === size) return this.current.brokers;
    await this.stop();
    const folder = join(this.folder, `kafka-${(this.clusters += 1)}`);
    const { tell, signal } = this;
    if (size === 1) {
      const broker = new KafkaBroker({ folder, settings: SETTINGS, tell, signal });
      this.current = { size, brokers: [broker], stop: () => broker.stop() };
      await broker.start();
    } else {
      const cluster = new KafkaCluster({ folder, settingsOf: () => SETTINGS, tell, signal });
      const started = cluster.start();
      this.current = { size, brokers: cluster.brokers, stop: () => cluster.stop() };
      await started;
      this.current = { size, brokers: cluster.brokers, stop: () => cluster.stop() };
    }
    return this.current.brokers;
  }

  async stop(): Promise<void> {
    await this.current?.stop();
    this.current = undefined;
  }
}
