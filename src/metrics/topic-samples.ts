import type { GroupActivity, TopicActivity } from '../kafka/index.js';
import type { HandlerCounts, LogCounts } from '../observability/index.js';
import type { Labels, Sample } from './exposition.js';

export interface ActivitySources {
  readonly activities: () => readonly GroupActivity[];
  /** What the observer has counted about a handler, zeros when nothing has happened. */
  readonly countsOf: (handler: TopicActivity['handler']) => HandlerCounts;
  readonly logsOf: (handler: TopicActivity['handler']) => LogCounts;
}

/** Samples for each topic of each group, with the labels that a kind of metric has. */
export class TopicSamples<Label extends string> {
  constructor(
    private readonly sources: ActivitySources,
    private readonly labelsOf: (topic: TopicActivity) => Labels<Label>,
  ) {}

  /** One sample for each topic. */
  one(value: (topic: TopicActivity, counts: HandlerCounts) => number) {
    return (): Sample<Label>[] =>
      this.topics().map((topic) => ({
        labels: this.labelsOf(topic),
        value: value(topic, this.sources.countsOf(topic.handler)),
      }));
  }

  /** One sample for each topic and value of one more label. */
  by<More extends string>(
    label: More,
    values: (topic: TopicActivity, counts: HandlerCounts) => Readonly<Record<string, number>>,
  ) {
    return (): Sample<Label | More>[] =>
      this.topics().flatMap((topic) =>
        Object.entries(values(topic, this.sources.countsOf(topic.handler))).map(
          ([name, value]) => ({
            labels: { ...this.labelsOf(topic), [label]: name } as Labels<Label | More>,
            value,
          }),
        ),
      );
  }

  histogram(name: 'processing' | 'endToEnd') {
    return () =>
      this.topics().map((topic) => ({
        labels: this.labelsOf(topic),
        counts: this.sources.countsOf(topic.handler)[name],
      }));
  }

  private topics(): TopicActivity[] {
    return this.sources.activities().flatMap(({ topics }) => topics);
  }
}
