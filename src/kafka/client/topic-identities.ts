import type { PrivateBroker } from './private-cluster.js';
import { topicIdsRequest, type TopicIds } from './wire/index.js';

/** Until then a new log may be read at the old one's position; what is read so is read again. */
const CHECK_INTERVAL_MS = 5_000;
const UNKNOWN: TopicIds = new Map();

type Asked = Pick<PrivateBroker, 'versions' | 'connectionPool'>;

/**
 * Which logs stand behind the topics' names. Never rejects. What a broker does not tell is unknown, and a topic that is
 * missing for a while keeps the id that it had: it is by that one that the next is another.
 */
export class TopicIdentities {
  private readonly known = new Map<string, string>();
  private readAt = 0;

  /** The topics' ids now. Empty when the broker does not answer, or knows none. */
  async read(broker: Asked, topics: readonly string[]): Promise<TopicIds> {
    const ids = await this.ask(broker, topics);
    for (const [topic, id] of ids) this.known.set(topic, id);
    return ids;
  }

  /** Asks again when the last answer has aged. True when a topic that had an id has another. */
  async haveChanged(broker: Asked, topics: readonly string[]): Promise<boolean> {
    if (performance.now() - this.readAt < CHECK_INTERVAL_MS) return false;
    const ids = await this.ask(broker, topics);
    // Not taken over here: the join that this asks for reads them anew.
    return [...ids].some(([topic, id]) => (this.known.get(topic) ?? id) !== id);
  }

  private async ask(broker: Asked, topics: readonly string[]): Promise<TopicIds> {
    this.readAt = performance.now();
    const request = topicIdsRequest(broker.versions, topics);
    if (request === undefined) return UNKNOWN;
    return broker.connectionPool.send(request).catch(() => UNKNOWN);
  }
}
