import { recoverFetches } from './fetch-recovery.js';
import type { PrivateCluster } from './private-cluster.js';

/** The answers to a fetch by which a broker says that it no longer leads a partition. */
const MOVED: ReadonlySet<string> = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

/** What kafkajs takes for a rebalance. */
export function rebalanceNeeded(): Error {
  return Object.assign(new Error('the group has to agree on its assignment again'), {
    name: 'KafkaJSProtocolError',
    type: 'REBALANCE_IN_PROGRESS',
    retriable: true,
  });
}

/**
 * On new partitions and moved leaders kafkajs joins again inside one broker's fetch, while other brokers' batches of the
 * old assignment are still on their way: taken as the new one's, they would skip what lies before them. This reports the
 * same as a rebalance instead, which goes through the runner, and that ends every fetch before it joins. The same way a
 * join is begun that we ask for, and one that got no answer.
 */
export class OrderlyRejoins {
  private topics: readonly string[] = [];
  /** The subscribed topics' partitions at the last join, as text to compare. */
  private known = '';
  private state: 'new' | 'joining' | 'joined' = 'new';
  private isRequested = false;

  constructor(private readonly cluster: PrivateCluster) {}

  /** Asks for a join at the next fetch. Asked while one is under way, it is another one behind that. */
  request(): void {
    this.isRequested = true;
  }

  /** True when fetching must make way for a join. */
  get isDue(): boolean {
    // Fetching while it joins: kafkajs gave a join up and goes on with the assignment that it had before.
    if (this.state === 'joining') return true;
    return this.isRequested || (this.state === 'joined' && this.partitions() !== this.known);
  }

  /** Called right before what the member says of itself is put together. */
  joining(): void {
    this.state = 'joining';
    this.isRequested = false;
  }

  joined(topics: readonly string[]): void {
    this.topics = topics;
    this.known = this.partitions();
    this.state = 'joined';
  }

  watch(): void {
    const { cluster } = this;
    const refreshMetadataIfNecessary = cluster.refreshMetadataIfNecessary.bind(cluster);
    cluster.refreshMetadataIfNecessary = async () => {
      await refreshMetadataIfNecessary();
      if (this.isDue) throw rebalanceNeeded();
    };
    recoverFetches(cluster, async (error) => {
      if (!MOVED.has((error as { type?: string }).type ?? '')) throw error;
      await cluster.refreshMetadata();
      throw rebalanceNeeded();
    });
  }

  private partitions(): string {
    const counts = this.topics.map(
      (topic) => this.cluster.findTopicPartitionMetadata(topic).length,
    );
    return JSON.stringify([this.topics, counts]);
  }
}
