import type { PrivateBroker } from './private-cluster.js';
import { topicIdsRequest, type TopicIds } from './wire/index.js';

/** Until then a new log may be read at the old one's position; what is read so is read again. */
const CHECK_INTERVAL_MS = 5_000;
const UNKNOWN: TopicIds = new Map();

type Asked = Pick<PrivateBroker, 'versions' | 'connectionPool'>;

/** Which logs stand behind the topics' names. Never rejects: what no broker tells is unknown, and known topics keep. */
export class TopicIdentities {
  private last = UNKNOWN;
  private readAt = 0;

  /** The topics' ids now. Empty when the broker does not answer, or knows none. */
  async read(broker: Asked, topics: readonly string[]): Promise<TopicIds> {
    this.readAt = performance.now();
    const request = topicIdsRequest(broker.versions, topics);
    if (request === undefined) return UNKNOWN;
    try {
      this.last = await broker.connectionPool.send(request);
      return this.last;
    } catch {
      return UNKNOWN;
    }
  }

  /** Asks again when the last answer has aged. True when a topic that had an id has another. */
  async haveChanged(broker: Asked, topics: readonly string[]): Promise<boolean> {
    if (performance.now() - this.readAt < CHECK_INTERVAL_MS) return false;
    const before = this.last;
    const now = await this.read(broker, topics);
    return [...now].some(([topic, id]) => (before.get(topic) ?? id) !== id);
  }
}
