import type { TopicActivity } from '../kafka/index.js';
import { METRICS, type MetricDefinition } from '../observability/index.js';
import type { Exposition } from './exposition.js';
import { TopicSamples, type ActivitySources } from './topic-samples.js';

type HandlerLabel = 'topic' | 'group' | 'handler';

const NUMBERS: readonly [MetricDefinition<HandlerLabel>, (topic: TopicActivity) => number][] = [
  [METRICS.received, ({ counts }) => counts.received],
  [METRICS.abandoned, ({ counts }) => counts.abandoned],
  [METRICS.inFlight, ({ inFlight }) => inFlight],
  [METRICS.waiting, ({ waiting }) => waiting],
  [METRICS.bufferedRecords, ({ buffered }) => buffered],
  [METRICS.bufferedBytes, ({ bytes }) => bytes],
  [METRICS.breakerOpen, ({ isBraked }) => Number(isBraked)],
  [METRICS.breakerOpenings, ({ brakings }) => brakings],
];

/** What happens to records, by topic, group and handler. */
export function readHandlers(exposition: Exposition, sources: ActivitySources): void {
  const samples = new TopicSamples<HandlerLabel>(sources, ({ handler }) => ({
    topic: handler.topic,
    group: handler.groupId,
    handler: handler.handler,
  }));
  for (const [definition, value] of NUMBERS) exposition.read(definition, samples.one(value));
  exposition.read(METRICS.records, samples.by('outcome', outcomesOf));
  exposition.read(
    METRICS.attempts,
    samples.by('result', (_, { attempts }) => attempts),
  );
  exposition.read(
    METRICS.retries,
    samples.by('error_type', (_, { retries }) => retries),
  );
  exposition.readHistogram(METRICS.processing, samples.histogram('processing'));
  exposition.readHistogram(METRICS.endToEnd, samples.histogram('endToEnd'));
}

function outcomesOf({ counts }: TopicActivity): Readonly<Record<string, number>> {
  const { done, duplicate, skipped, retried, deadLettered } = counts;
  return { done, duplicate, skipped, retried, dead_letter: deadLettered };
}
