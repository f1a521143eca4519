import { METRICS } from '../observability/index.js';
import type { Exposition } from './exposition.js';
import { TopicSamples, type ActivitySources } from './topic-samples.js';

/** Dead letters and what partitions went through, by topic and group. */
export function readTopics(exposition: Exposition, sources: ActivitySources): void {
  const samples = new TopicSamples(sources, ({ handler }) => ({
    topic: handler.topic,
    group: handler.groupId,
  }));
  exposition.read(
    METRICS.deadLetters,
    samples.by('reason', (_, { deadLetters }) => deadLetters),
  );
  exposition.read(
    METRICS.redrives,
    samples.by('outcome', (_, { redrives }) => redrives),
  );
  exposition.read(
    METRICS.deadLetterPublishFailures,
    samples.one((_, { deadLetterPublishFailures }) => deadLetterPublishFailures),
  );
  exposition.read(
    METRICS.pausedPartitions,
    samples.one((topic) => topic.pausedPartitions),
  );
  exposition.read(
    METRICS.blockedPartitions,
    samples.one((topic) => topic.blockedPartitions),
  );
  exposition.read(
    METRICS.logResets,
    samples.one(({ handler }) => sources.logsOf(handler).resets),
  );
  exposition.read(
    METRICS.skippedOffsets,
    samples.by('cause', ({ handler }) => sources.logsOf(handler).skippedOffsets),
  );
}
