import type { GroupActivity, LagReport } from '../kafka/index.js';
import { METRICS } from '../observability/index.js';
import type { Exposition } from './exposition.js';

export interface GroupSources {
  readonly activities: () => readonly GroupActivity[];
  /** The last reading for a consumer. */
  readonly lagOf: (consumer: string) => LagReport | undefined;
}

interface PlaceLag {
  readonly group: string;
  readonly topic: string;
  readonly partition: string;
  readonly value: number;
}

/** Joins, commits, and the lag of every partition of every group as it was last read; none before the first reading. */
export function readGroups(exposition: Exposition, sources: GroupSources): void {
  exposition.read(METRICS.rebalances, () =>
    sources.activities().map(({ groupId: group, rebalances: value }) => ({
      labels: { group },
      value,
    })),
  );
  exposition.read(METRICS.commits, () =>
    sources
      .activities()
      .flatMap(({ groupId: group, commits }) =>
        Object.entries(commits).map(([result, value]) => ({ labels: { group, result }, value })),
      ),
  );
  exposition.read(METRICS.transactions, () =>
    sources.activities().flatMap(({ groupId: group, transactions = {} }) =>
      Object.entries(transactions).map(([result, value]) => ({
        labels: { group, result },
        value,
      })),
    ),
  );
  exposition.read(METRICS.lag, () =>
    lags(sources).map(({ group, topic, partition, value }) => ({
      labels: { topic, partition, group },
      value,
    })),
  );
  exposition.read(METRICS.groupLag, () =>
    lags(sources).map(({ group, topic, partition, value }) => ({
      labels: { consumergroup: group, topic, partition },
      value,
    })),
  );
}

function lags({ activities, lagOf }: GroupSources): PlaceLag[] {
  return activities().flatMap(({ groupId: group, topics }) => {
    const own = new Set(topics.map(({ handler }) => handler.topic));
    const consumers = new Set(topics.map(({ handler }) => handler.consumer));
    return [...consumers].flatMap((consumer) =>
      Object.entries(lagOf(consumer)?.partitions ?? {}).flatMap(([name, { lag }]) => {
        const [topic, partition] = splitPartitionName(name);
        // A consumer may read in several groups; its report names the topics of all of them.
        return own.has(topic) ? [{ group, topic, partition, value: lag }] : [];
      }),
    );
  });
}

/** `topic-partition`; a topic's name may hold hyphens. */
function splitPartitionName(name: string): [topic: string, partition: string] {
  const at = name.lastIndexOf('-');
  return [name.slice(0, at), name.slice(at + 1)];
}
