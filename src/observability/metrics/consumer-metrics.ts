import { Injectable } from '@nestjs/common';
import type { MetricDefinition } from './metric-definition.js';

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Where consumers tell the numbers of metrics of their own. Of a consumer that is not enabled there are none. */
@Injectable()
export class ConsumerMetrics {
  readonly #sources = new Map<string, () => readonly MetricSample[]>();

  provide({ name }: MetricDefinition, samples: () => readonly MetricSample[]): void {
    this.#sources.set(name, samples);
  }

  samplesOf({ name }: MetricDefinition): readonly MetricSample[] {
    return this.#sources.get(name)?.() ?? [];
  }
}
