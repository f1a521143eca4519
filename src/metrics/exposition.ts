import {
  collectDefaultMetrics,
  Registry,
  type Metric,
  type MetricObjectWithValues,
  type MetricValueWithName,
} from 'prom-client';
import type {
  BucketCounts,
  HistogramDefinition,
  MetricDefinition,
} from '../observability/index.js';

export type Labels<Label extends string> = Readonly<Record<Label, string | number>>;

export interface Sample<Label extends string> {
  readonly labels: Labels<Label>;
  readonly value: number;
}

export interface HistogramSample<Label extends string> {
  readonly labels: Labels<Label>;
  readonly counts: BucketCounts;
}

type Line = MetricValueWithName<string>;

/**
 * The text of `GET /metrics`. Metrics are not kept here but read from where the numbers are, all in one turn of the
 * event loop, so that those of one answer belong together.
 */
export class Exposition {
  private readonly registry = new Registry();

  read<Label extends string>(
    definition: MetricDefinition<Label>,
    samples: () => readonly Sample<Label>[],
  ): void {
    this.register(definition, () =>
      samples().map(({ labels, value }) => ({ labels, value, metricName: definition.name })),
    );
  }

  readHistogram<Label extends string>(
    definition: HistogramDefinition<Label>,
    samples: () => readonly HistogramSample<Label>[],
  ): void {
    this.register(definition, () =>
      samples().flatMap((sample) => linesOf(definition.name, sample)),
    );
  }

  /** Node's own metrics; once. */
  readProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  /**
   * The registry asks a metric for nothing but its name and `get()`. prom-client's own metrics hash their labels on each
   * change, which would cost more than the rest of a record's way.
   */
  private register({ name, help, type }: MetricDefinition, lines: () => Line[]): void {
    const metric = {
      name,
      get: () => Promise.resolve({ name, help, type, aggregator: 'sum', values: lines() }),
    } as unknown as { name: string; get(): Promise<MetricObjectWithValues<Line>> };
    this.registry.registerMetric(metric as unknown as Metric);
  }
}

function linesOf<Label extends string>(
  name: string,
  { labels, counts }: HistogramSample<Label>,
): Line[] {
  let below = 0;
  const buckets = counts.counts.map((count, bucket) => {
    below += count;
    const le = counts.bounds[bucket] ?? '+Inf';
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: counts.sum },
    { metricName: `${name}_count`, labels, value: counts.count },
  ];
}
