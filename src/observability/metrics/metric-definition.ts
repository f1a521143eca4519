export type MetricType = 'counter' | 'gauge' | 'histogram';

/** One metric as the outside sees it. */
export interface MetricDefinition<Label extends string = string> {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly Label[];
  /** The values of the labels that have the same few in every installation. */
  readonly values?: Readonly<Partial<Record<Label, readonly string[]>>>;
}

/** The upper bounds of its buckets, rising, in its unit; what is above the last one is counted all the same. */
export interface HistogramDefinition<
  Label extends string = string,
> extends MetricDefinition<Label> {
  readonly type: 'histogram';
  readonly bounds: readonly number[];
}
